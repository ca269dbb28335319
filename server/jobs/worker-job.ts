import type { WorkerJob } from "@flamenco/policies/wire";
import type { VerifiedStudy } from "../verification/index.js";

/** All that the sealed worker is told. */
export function describeJob({ study, dataset, packages, grantedFields }: VerifiedStudy): WorkerJob {
  return {
    protocol: "flamenco-worker/1",
    dataset: { directory: dataset.directory, version: dataset.version, kind: dataset.manifest.kind },
    task: study.task,
    packages: packages.map(({ opened }) => ({
      reference: opened.reference,
      files: [...opened.files],
      lfs: opened.manifest.lfs.map(({ name, file }) => ({ name, file })),
    })),
    outputs: study.outputs,
    labelModel: study.labelModel,
    ...(study.classBalance === undefined ? {} : { classBalance: study.classBalance }),
    ...(study.priors === undefined ? {} : { priors: study.priors }),
    ...(study.endClassifier === undefined ? {} : { endClassifier: study.endClassifier }),
    seed: study.seed,
    grantedFields: [...grantedFields],
  };
}
