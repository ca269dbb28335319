export {
  type ClassificationMetrics,
  type Estimate,
  type EvaluationOptions,
  evaluate,
  type LabelMetrics,
} from "./classification-metrics.js";
export type { Classifier, FitOptions, Samples } from "./classifier.js";
export { type FittedTree, findLeaf, fitTree, type TreeOptions } from "./decision-tree.js";
export { type BinnedTable, binTable, binValues, chooseBins, type FeatureBins } from "./feature-table.js";
export { fitClassifier } from "./fit-classifier.js";
export { type LabelWeights, totalWeights } from "./label-weights.js";
export { learningLimits } from "./limits.js";
export { loadNetworks } from "./load-networks.js";
export type { Neighbors } from "./neighbor-list.js";
export { NeighborSearch } from "./neighbor-search.js";
export { type PermutationOptions, permutationImportance } from "./permutation-importance.js";
export { type FittedForest, type ForestOptions, fitForest, predictForest } from "./random-forest.js";
export { type RankingCurves, traceRanking } from "./ranking-curves.js";
export { countUp } from "./sample-columns.js";
export { buildSequences } from "./sequences.js";
export { fitStandardization, standardize } from "./standardization.js";
export { assertFinite, assertSomeFeatureVaries } from "./training-checks.js";
export { WorkPause } from "./work-pause.js";
