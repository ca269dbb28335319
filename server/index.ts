export { ApprovalCheck, type ApprovalRequest, Approvals, type Dossier } from "./approvals/index.js";
export { buildProgram } from "./cli/index.js";
export { type InitOptions, initNode, type NodeConfig, nodeDirectoryOf, resolveDataDirectory } from "./config/index.js";
export { buildApp } from "./http/index.js";
export {
  type CrashedPackage,
  PackageCache,
  ProtectedRuns,
  type ProtectedRunsOptions,
  Quarantine,
  type Run,
  RunExecutor,
  RunFeed,
  RunStore,
  type RunWorker,
  Scheduler,
} from "./jobs/index.js";
export { limits } from "./limits.js";
export { makeOperatorToken, publishAccess } from "./operator/index.js";
export {
  assertReleased,
  BudgetLedger,
  type Charge,
  createReleaseClock,
  describeDatasets,
  type GatePorts,
  type ProtectedRequest,
  planProtected,
  type Released,
  releaseOutputs,
  releaseProtected,
  restoreRelease,
} from "./release/index.js";
export { type NodeOptions, type RunningNode, startNode } from "./service/index.js";
export {
  type Database,
  migrateDatabase,
  migrations,
  openDatabase,
  schemaOfNode,
} from "./storage/index.js";
export { lockDirectory } from "./support/index.js";
export {
  type CheckedPackage,
  StudyVerifier,
  type StudyVerifierOptions,
  type VerifiedStudy,
} from "./verification/index.js";
