import type { Outputs, Progress, WorkerJob } from "@flamenco/policies/wire";

export interface WorkerOptions {
  readonly memoryMegabytes: number;
  readonly deadlineSeconds: number;
  readonly onProgress: (progress: Progress) => void;
  /** Kills the worker and everything that it started. */
  readonly signal: AbortSignal;
}

/** Rows that were covered and what was computed of them: all that comes out of a sealed worker. */
export interface WorkerOutcome {
  readonly rows: number;
  readonly outputs: Outputs;
}

/** Run one job in a sealed worker of its own. @throws FLM_WORKER_*, FLM_KERNEL_FAILED, FLM_DATASET_*, FLM_LF_REFUSED */
export type RunWorker = (job: WorkerJob, options: WorkerOptions) => Promise<WorkerOutcome>;
