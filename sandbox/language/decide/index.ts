export { decideSet, type SetDecision, type SetLf, type SetOptions } from "./decide-set.js";
export { decideLf, type LfDecision } from "./decision.js";
