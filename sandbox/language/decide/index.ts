export { decideLf, type LfDecision } from "./decision.js";
export { Printer } from "./print.js";
