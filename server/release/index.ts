export { coarsen } from "./coarse-refusal.js";
export { presetOf, rulesOf } from "./dataset-rules.js";
export {
  assertReleased,
  type GatePorts,
  type Released,
  releaseOutputs,
  releaseProtected,
  restoreRelease,
} from "./gate.js";
export {
  type BudgetAccount,
  type BudgetCeilings,
  BudgetLedger,
  type BudgetSpent,
  type Charge,
  type DrawnPart,
  type Reservation,
} from "./ledger.js";
export { type ProtectedRequest, planProtected, pricesOf } from "./protected-request.js";
export { createReleaseClock } from "./release-clock.js";
export { describeDatasets, type OfferedDataset } from "./release-terms.js";
export type { ComputedOutputs } from "./sealed-result.js";
