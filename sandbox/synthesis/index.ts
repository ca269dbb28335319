export { type CellTable, type FeatureTable, type FeatureTableOptions, readFeatureTable } from "./feature-table.js";
export { type LfPackage, writeLfPackage } from "./lf-package.js";
export { describeDecision } from "./lf-source.js";
export { synthesisLimits } from "./limits.js";
export { type ExistingLfs, type Suggestion, type SuggestionOptions, suggestLfs } from "./suggestions.js";
export {
  type GeneratedLf,
  type StopReason,
  type Synthesis,
  type SynthesisRound,
  synthesizeLfs,
} from "./synthesis.js";
export type { SynthesisOptions, SynthesisTable } from "./synthesis-table.js";
export type { SynthesisFeature } from "./written-heuristic.js";
