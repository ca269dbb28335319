export { fitInParts } from "./fit-in-parts.js";
export { FitPool, type FitPoolOptions } from "./fit-pool.js";
export type { Fit, FitData, FitTask } from "./fit-task.js";
export { type Scoring, type SearchMetric, searchMetrics } from "./fold-score.js";
export { type Fold, heldOutFold, type RowTruth, stratifiedFolds, timeFolds } from "./folds.js";
export { SearchJournal } from "./journal.js";
export { searchLimits } from "./limits.js";
export { type FoldKind, findPreset, foldKinds, type SearchPreset, searchPresets } from "./presets.js";
export { digestSearch } from "./search-digest.js";
export {
  type Candidate,
  drawCandidates,
  listGrid,
  readSpec,
  type SearchSpace,
  settingsOf,
  sizeOfSpace,
} from "./search-space.js";
export { type CandidateResult, type SearchRequest, type SearchResult, searchSettings } from "./settings-search.js";
