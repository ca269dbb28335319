export { type CombinationsInput, combineLfs } from "./combinations.js";
export { createFieldCorrelation, type FieldSample } from "./field-correlation.js";
export { combinationLimits } from "./limits.js";
export { rankCorrelation } from "./rank-correlation.js";
