export { createKey, type KeySummary, listKeys, loadKey } from "../keys/index.js";
export { type PackedPackage, packPackage } from "../signing/index.js";
export { type Balance, type Balances, balancesOf } from "./balances.js";
export {
  type CollectedResult,
  type Collection,
  type CollectOptions,
  collectResults,
  type RunProblem,
} from "./collection.js";
export {
  type BudgetShare,
  defaultOutputsOf,
  type EstimateRequest,
  estimateStudy,
  type ReleaseEstimate,
} from "./estimate.js";
export { RegistryClient, type RegistryClientOptions } from "./registry-client.js";
export {
  type ReleaseFiles,
  type Statement,
  type VerifiedRelease,
  verifyLogProof,
  verifyRelease,
} from "./release.js";
export { type ExpectedStudy, type VerifiedResult, verifyResult } from "./result.js";
export {
  type DatasetTerms,
  findNodes,
  findPackages,
  findTerms,
  type NodeChoice,
  strictestPreset,
} from "./selection.js";
export { createStudy, openStudy, type SignedStudy, type StudyRequest, type StudySources } from "./study.js";
