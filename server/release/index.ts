export { assertReleased, type ComputedOutputs, type Released, releaseOutputs, restoreRelease } from "./gate.js";
export {
  type BudgetCeilings,
  BudgetLedger,
  type BudgetSpent,
  type Charge,
  type DrawnPart,
  type Reservation,
} from "./ledger.js";
