export { type AnalysisOptions, analyzeVotes } from "./analysis.js";
export { type Dependency, findDependencies, findRedundancies, type Redundancy } from "./analysis-warnings.js";
export { type BucketPattern, type ErrorBucket, sortIntoBuckets } from "./error-buckets.js";
export { fitLabelModel } from "./fit.js";
export { addHistograms, buildHistogram, histogramOf, type VoteMatrix } from "./histogram.js";
export {
  type FittedLabelModel,
  type LabelModelOptions,
  type PrecisionPrior,
  type SoftLabels,
  type TripletSummary,
  tripletSummaries,
} from "./label-model.js";
export { labelingLimits } from "./limits.js";
export { buildMetrics, type MetricsInput, type RowPredictor } from "./metrics.js";
export { analyzeNoisyTable } from "./noisy-analysis.js";
export { fitNoisyVoteTable, type NoisyFitOptions, type ProtectedLabelModel } from "./noisy-fit.js";
export { type NoisyConfusion, scoreNoisyConfusion } from "./noisy-scores.js";
export { addPairCounts, countPairs, type PairCounts } from "./pair-counts.js";
export { type CodeWord, combinePatternCodes } from "./pattern-codes.js";
export { type Contribution, explainPattern, type PatternExplanation } from "./pattern-explanation.js";
export {
  comparePredictions,
  decideLabel,
  predictPatterns,
  predictSoftLabels,
  type TiePolicy,
  tiePolicies,
} from "./predictions.js";
export { loadLabelModel, predictUnvoted } from "./saved-model.js";
export { scoreConfusion, scorePredictions } from "./scores.js";
export { joinSplits, SplitHistogramSum, type SplitHistograms } from "./split-histograms.js";
export { ABSTAIN, type IndexedHistogram, type LabeledHistogram, type VoteHistogram } from "./vote-histogram.js";
export { countVotes, type VoteTotals } from "./vote-totals.js";
