export { lowerExpression } from "./expressions.js";
export { type LoweredLf, lowerLf } from "./lf.js";
export { Lowering } from "./lowering.js";
export { keepWithinCount, lowerModule, withinBudget } from "./module.js";
