export { type DensityCurve, estimateDensity, silvermanBandwidth } from "./density.js";
export { type FeatureRanking, type RankFeaturesInput, type RowLabels, rankFeatures } from "./feature-ranking.js";
export { assignModes, detectModes, type Modality, type ModalityOptions, type Mode } from "./modality.js";
export { sampleRows } from "./row-sample.js";
export { SeededRandom } from "./seeded-random.js";
export { type SplitInput, type SplitName, type SplitPreset, selectSplit, splitPresets, splitRows } from "./split.js";
