export { type ColumnSummary, summarizeColumn } from "./column-summary.js";
export {
  type ColumnTable,
  type ColumnValues,
  columnOf,
  numbersOf,
  rowsOf,
  textsOf,
  withColumn,
} from "./column-table.js";
export { type CorrelationMatrix, type CorrelationMethod, correlateColumns } from "./correlations.js";
export { rangeOfModes, thinCurve } from "./curve-view.js";
export { type DensityCurve, estimateDensity, silvermanBandwidth } from "./density.js";
export { type FeatureRanking, type RankFeaturesInput, type RowLabels, rankFeatures } from "./feature-ranking.js";
export { matchAlerts, openAlerts } from "./label-windows.js";
export { preprocessLimits } from "./limits.js";
export { assignModes, detectModes, type Modality, type ModalityOptions, type Mode } from "./modality.js";
export { findNearDuplicates, type NearDuplicate } from "./near-duplicates.js";
export { type ColumnNeeds, columnNeedsOf, type PipelineRun, runPipeline, type StepReport } from "./pipeline-run.js";
export { quantileOf, sortFinite } from "./quantiles.js";
export { type RowCondition, readCondition, selectRows } from "./row-condition.js";
export { sampleRows } from "./row-sample.js";
export { SeededRandom } from "./seeded-random.js";
export { findSegments, type Segments } from "./segments.js";
export { numericColumnsOf } from "./select-table.js";
export {
  type SplitInput,
  type SplitName,
  type SplitPreset,
  selectSplit,
  splitByTime,
  splitNames,
  splitPresets,
  splitRows,
  type TimeSplitInput,
} from "./split.js";
export {
  type Bounds,
  countMissingRows,
  drawUniformRows,
  interpolateRows,
  type SyntheticRows,
} from "./synthetic-rows.js";
export {
  calculateThresholds,
  type Threshold,
  type ThresholdMethod,
  type ThresholdOptions,
  thresholdMethods,
} from "./thresholds.js";
export {
  addTrailingWindows,
  type TrailingWindowInput,
  type WindowFeature,
  type WindowSize,
  windowFeatures,
} from "./trailing-windows.js";
