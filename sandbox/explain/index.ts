export { buildChainTree, type ChainLf, type ChainTreeInput, predictChain } from "./chain-tree.js";
export { type LfFields, type LfOrder, orderLfs } from "./lf-order.js";
