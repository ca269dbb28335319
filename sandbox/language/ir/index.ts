export { arithmetic, comparisons, isMathFunction, mathFunctions, mirrored } from "./arithmetic.js";
export { type Measure, measureProgram } from "./measure.js";
export * from "./nodes.js";
export { isPredicate, operandsOf, readsRow, renameOperands } from "./operands.js";
export { NodePool } from "./pool.js";
export { extractProgram, nodeOf } from "./program.js";
export { addProgram, rebuildNode } from "./rebuild.js";
