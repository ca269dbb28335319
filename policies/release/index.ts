export { assertWithin } from "./accepted-range.js";
export { addNoise } from "./add-noise.js";
export { type CataloguePlan, listCatalogueColumns, planCatalogue } from "./catalogue-plan.js";
export type { ExpectedErrors } from "./expected-errors.js";
export { drawGaussianNoise } from "./gaussian-noise.js";
export { drawGeometricNoise } from "./geometric-noise.js";
export { addHistogramNoise, type GeometricPart } from "./histogram-noise.js";
export { KeyedHash } from "./keyed-hash.js";
export { releaseLimits } from "./limits.js";
export { deriveStatistics } from "./noisy-statistics.js";
export { publicRows } from "./public-rows.js";
export { type ByteSource, RandomBits } from "./random-bits.js";
export {
  estimateRelease,
  type GaussianPart,
  type ReleasePlan,
} from "./release-plan.js";
export { type ReleasePreset, releasePresets } from "./release-presets.js";
export { describeRelease, type ReleaseRequest } from "./release-request.js";
export { parseReleaseRules, presetRules, protectedOutputs, rulesUnder } from "./release-rules.js";
export { RowCap } from "./row-cap.js";
export { sensitivityOfHistogram, squaredSensitivityOfRows, squaredSensitivityOfVotes } from "./sensitivity.js";
export { boundCount, showCount, supportThreshold } from "./support.js";
export { describeSwamped, findRemedies, listSwamped, planRelease, type Remedies } from "./swamped.js";
export { ValueBins } from "./value-bins.js";
export { VoteCounter, type VoteCounterOptions } from "./vote-counter.js";
export {
  composeMicroRho,
  deltaOf,
  epsilonOf,
  MICRO,
  microEpsilonOfPure,
  microRhoFor,
  microRhoOfPure,
} from "./zcdp.js";
