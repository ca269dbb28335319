export { findOutliers, type OutlierModel, type OutlierOptions, type Outliers, outlierModels } from "./find-outliers.js";
export { toFlagProbabilities } from "./flag-probabilities.js";
export { outlierLimits } from "./limits.js";
