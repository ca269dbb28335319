export { type FeatureRanking, type RankFeaturesInput, type RowLabels, rankFeatures } from "./feature-ranking.js";
export { sampleRows } from "./row-sample.js";
export { SeededRandom } from "./seeded-random.js";
export { type SplitInput, type SplitName, type SplitPreset, selectSplit, splitPresets, splitRows } from "./split.js";
