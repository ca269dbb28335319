export { buildChainTree, type ChainLf, type ChainLfs, type ChainTreeInput, predictChain } from "./chain-tree.js";
export { buildExactTree, type ExactTree, type ExactTreeInput } from "./exact-tree.js";
export { type ImportanceInput, measureImportance } from "./feature-importance.js";
export { type LfFields, type LfOrder, orderLfs } from "./lf-order.js";
export { explainRow, type RowExplanation, type RowLf } from "./row-explanation.js";
export { buildSupportedChain, type NoisyLeaves, type SupportedChain } from "./supported-chain.js";
