import { FlamencoError } from "@flamenco/policies/errors";
import { type DensityCurve, estimateDensity, finestBandwidth, silvermanBandwidth } from "./density.js";
import { sortFinite } from "./quantiles.js";

/** One peak of a distribution, and the values that belong to it. */
export interface Mode {
  /** Where the density is highest. */
  readonly at: number;
  /** Density there. */
  readonly height: number;
  /** Smallest and largest value that belongs to it. */
  readonly low: number;
  readonly high: number;
  readonly values: number;
}

export interface Modality {
  /** Finite values, and those left out: missing ones and infinite ones. */
  readonly values: number;
  readonly missing: number;
  readonly infinite: number;
  /** By rising place. */
  readonly modes: readonly Mode[];
  /** Lowest points between neighboring modes, one fewer than modes. A value at a split belongs to the mode above it. */
  readonly splits: Float64Array;
  /** Null when all values are equal: there is one mode and no density. */
  readonly curve: DensityCurve | null;
}

export interface ModalityOptions {
  /** Height that a peak must have, as a share of the highest: 0.1 in §4.2. */
  readonly minPeak?: number;
  /** Bandwidth in the values' unit instead of Silverman's. */
  readonly bandwidth?: number;
}

/** Beyond it differences are no numbers any more. */
const LARGEST_RANGE = 1e300;

/** Fewer values have no distribution to speak of. */
const LEAST_VALUES = 2;

/**
 * By how many standard errors a valley must lie below the lower of its two peaks. At 2 one mode with a long tail often seems to be
 * two; at 3 four modes of 25 values each are seldom told apart. Measured in docs/preprocessing.md.
 */
const VALLEY_STANDARD_ERRORS = 2.5;

/** Integral of the squared Gaussian kernel: the variance of a density f is near f · this / (n · bandwidth) (Silverman 1986, §3.3). */
const KERNEL_ROUGHNESS = 1 / (2 * Math.sqrt(Math.PI));

/**
 * Modality detection (§3.3.1, §4.2): peaks of the Gaussian kernel density that are at least `minPeak` of the highest, split at
 * the lowest point between neighbors. A peak whose valley is no deeper than chance digs joins its higher neighbor.
 * @throws FLM_TOO_FEW_VALUES for fewer than two finite values, FLM_TOO_LARGE for values 1e300 apart
 */
export function detectModes(values: Float64Array, { minPeak = 0.1, bandwidth }: ModalityOptions = {}): Modality {
  const sorted = sortFinite(values);
  if (sorted.length < LEAST_VALUES) {
    throw new FlamencoError("FLM_TOO_FEW_VALUES", `Modality needs at least ${LEAST_VALUES} values.`);
  }
  if (!(sorted[sorted.length - 1]! - sorted[0]! <= LARGEST_RANGE)) {
    throw new FlamencoError("FLM_TOO_LARGE", `Modality takes values within ${LARGEST_RANGE} of each other.`);
  }
  let missing = 0;
  for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row]!)) missing++;
  const counts = { values: sorted.length, missing, infinite: values.length - sorted.length - missing };
  const width = Math.max(bandwidth ?? silvermanBandwidth(sorted), finestBandwidth(sorted));
  if (sorted[0] === sorted[sorted.length - 1]) {
    const [at] = sorted as unknown as [number];
    const mode = { at, height: Number.POSITIVE_INFINITY, low: at, high: at, values: sorted.length };
    return { ...counts, modes: [mode], splits: new Float64Array(0), curve: null };
  }
  const curve = estimateDensity(sorted, width);
  const peaks = joinPeaks(curve, findPeaks(curve, minPeak), sorted.length);
  const splits = Float64Array.from(peaks.slice(1), (peak, index) => lowestBetween(curve, peaks[index]!, peak).at);
  return { ...counts, modes: shareValues(sorted, curve, peaks, splits), splits, curve };
}

/** Mode of every value: 0 below the first split, 1 from it on, …; -1 where the value is missing or infinite. */
export function assignModes(values: Float64Array, splits: ArrayLike<number>): Int16Array {
  return Int16Array.from(values, (value) => {
    if (!Number.isFinite(value)) return -1;
    let mode = 0;
    while (mode < splits.length && value >= splits[mode]!) mode++;
    return mode;
  });
}

/** Points of the curve that are higher than both sides (of a plateau its middle) and high enough. */
function findPeaks({ density }: DensityCurve, minPeak: number): number[] {
  let highest = 0;
  for (let point = 0; point < density.length; point++) highest = Math.max(highest, density[point]!);
  const peaks: number[] = [];
  for (let start = 0; start < density.length; ) {
    let end = start;
    while (end + 1 < density.length && density[end + 1] === density[start]) end++;
    const height = density[start]!;
    const above = height > (density[start - 1] ?? 0) && height > (density[end + 1] ?? 0);
    if (above && height >= minPeak * highest) peaks.push((start + end) >>> 1);
    start = end + 1;
  }
  return peaks;
}

/** Joins neighbors, the shallowest valley first, until every valley is deeper than chance digs. */
function joinPeaks({ bandwidth, ...curve }: DensityCurve, found: readonly number[], n: number): number[] {
  const { density } = curve;
  const peaks = [...found];
  const depthBefore = (index: number): number => {
    const [left, right] = [peaks[index - 1]!, peaks[index]!];
    const lower = Math.min(density[left]!, density[right]!);
    const { height } = lowestBetween({ bandwidth, ...curve }, left, right);
    return (lower - height) / Math.sqrt(((lower + height) * KERNEL_ROUGHNESS) / (n * bandwidth));
  };
  const depths = peaks.map((_, index) => (index === 0 ? Number.POSITIVE_INFINITY : depthBefore(index)));
  for (;;) {
    let shallowest = 0;
    for (let index = 1; index < peaks.length; index++) if (depths[index]! < depths[shallowest]!) shallowest = index;
    if (shallowest === 0 || depths[shallowest]! >= VALLEY_STANDARD_ERRORS) return peaks;
    const lower = density[peaks[shallowest - 1]!]! < density[peaks[shallowest]!]! ? shallowest - 1 : shallowest;
    peaks.splice(lower, 1);
    depths.splice(lower, 1);
    if (lower === 0) depths[0] = Number.POSITIVE_INFINITY;
    else if (lower < peaks.length) depths[lower] = depthBefore(lower);
  }
}

/** The lowest point between two points of a curve: the middle of the widest empty gap, or of a low plateau. */
function lowestBetween(
  { x, density, stretches }: DensityCurve,
  left: number,
  right: number,
): { at: number; height: number } {
  let [widest, at] = [0, Number.NaN];
  for (const start of stretches) {
    if (start <= left || start > right || !(x[start]! - x[start - 1]! > widest)) continue;
    widest = x[start]! - x[start - 1]!;
    at = (x[start]! + x[start - 1]!) / 2;
  }
  if (widest > 0) return { at, height: 0 };
  let [first, last] = [left, left];
  for (let point = left; point <= right; point++) {
    if (density[point]! < density[first]!) [first, last] = [point, point];
    else if (density[point] === density[first] && point === last + 1) last = point;
  }
  return { at: (x[first]! + x[last]!) / 2, height: density[first]! };
}

function shareValues(
  sorted: Float64Array,
  curve: DensityCurve,
  peaks: readonly number[],
  splits: Float64Array,
): Mode[] {
  let start = 0;
  return peaks.map((peak, index) => {
    const split = splits[index] ?? Number.POSITIVE_INFINITY;
    let end = start;
    while (end < sorted.length && sorted[end]! < split) end++;
    const mode = {
      at: curve.x[peak]!,
      height: curve.density[peak]!,
      low: sorted[start]!,
      high: sorted[end - 1]!,
      values: end - start,
    };
    start = end;
    return mode;
  });
}
