export { PackageCache } from "./package-cache.js";
export { ProtectedRuns, type ProtectedRunsOptions, type RunCounting } from "./protected-runs.js";
export { type CrashedPackage, Quarantine } from "./quarantine.js";
export type { PendingReport, Run, RunEvent } from "./run.js";
export { RunExecutor } from "./run-executor.js";
export { RunFeed } from "./run-feed.js";
export { RunStore } from "./run-store.js";
export { Scheduler } from "./scheduler.js";
export type { RunWorker, WorkerOptions, WorkerOutcome } from "./worker-port.js";
