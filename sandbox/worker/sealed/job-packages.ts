import { emitKernel, type Kernel, type VerifiedLf, verifyLfs } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import type { DatasetManifest, WorkerJob } from "@flamenco/policies/wire";
import type { ReportProgress } from "./channel.js";

/** One LF of the job under its name elsewhere, `namespace/name@version#function`. */
export interface JobLf {
  readonly name: string;
  readonly verified: VerifiedLf;
}

/** A package of the job, verified and compiled here. */
export interface JobPackage {
  readonly lfs: readonly JobLf[];
  readonly kernel: Kernel;
}

/**
 * Verify every package of the job from its source, whatever others said of it, and emit its kernel.
 * @throws FLM_LF_REFUSED, FLM_PACKAGE_FORMAT when a package is named twice
 */
export function verifyPackages(job: WorkerJob, report: ReportProgress): JobPackage[] {
  const { packages, task, grantedFields } = job;
  const names = new Set(packages.map(({ reference }) => `${reference.name}@${reference.version}`));
  if (names.size !== packages.length) throw new FlamencoError("FLM_PACKAGE_FORMAT", "The job names a package twice.");
  report("verify", 0, packages.length);
  return packages.map(({ reference, files, lfs }, index) => {
    const verified = verifyLfs({ kind: job.dataset.kind, labels: task.labels, files, lfs }, { grantedFields });
    report("verify", index + 1, packages.length);
    return {
      lfs: verified.map((lf) => ({ name: `${reference.name}@${reference.version}#${lf.name}`, verified: lf })),
      kernel: emitKernel(verified, task.labels),
    };
  });
}

/**
 * Every field that the LFs read or whose statistics they use must be a column of the dataset.
 * @throws FLM_FIELD_MISSING naming each LF and field
 */
export function assertFields(packages: readonly JobPackage[], manifest: DatasetManifest): void {
  const present = new Set(manifest.columns);
  const details = packages.flatMap(({ lfs }) =>
    lfs.flatMap(({ name, verified: { certificate } }) => {
      const fields = [...certificate.fields, ...certificate.statistics.map((text) => text.slice(0, text.indexOf(".")))];
      const missing = [...new Set(fields)].filter((field) => !present.has(field));
      return missing.map((field) => ({ at: name, message: `reads ${field}, which the dataset does not have` }));
    }),
  );
  const first = details[0];
  if (first === undefined) return;
  throw new FlamencoError("FLM_FIELD_MISSING", `${first.at} ${first.message}.`, { details });
}
