import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkerJob } from "@flamenco/policies/wire";
import { type WorkerProgram, workerProgram } from "@flamenco/sandbox/worker";

/** The hostile program behind the walls that the real worker has. */
export function hostileProgram(): WorkerProgram {
  const entry = fileURLToPath(new URL("./hostile-worker.js", import.meta.url));
  return { entry, folders: [...workerProgram().folders, dirname(entry)] };
}

/** A well-formed job that tells the hostile program what to do. */
export function hostileJob(act: string, directory: string): WorkerJob {
  return {
    protocol: "flamenco-worker/1",
    dataset: { directory, version: "0".repeat(64), kind: "flow/1" },
    task: { id: act, labels: ["benign", "attack"], positive: "attack" },
    packages: [
      {
        reference: { name: "tests/hostile", version: "1.0.0", id: "0".repeat(64) },
        files: [{ path: "lf.ts", text: "" }],
        lfs: [{ name: "lf", file: "lf.ts" }],
      },
    ],
    outputs: ["labelModel"],
    labelModel: "auto",
    seed: 1,
    grantedFields: [],
  };
}
