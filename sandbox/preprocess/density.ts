import { preprocessLimits } from "./limits.js";
import { momentsOf, quantileOf } from "./quantiles.js";

/** A kernel density on stretches of one grid: between two stretches there is no value within the kernels' reach. */
export interface DensityCurve {
  /** In the values' unit. */
  readonly bandwidth: number;
  /** Rising; neighbors are one step apart within a stretch. */
  readonly x: Float64Array;
  /** Per unit of the values; integrates to 1. */
  readonly density: Float64Array;
  /** Index into `x` of the first point of each stretch. */
  readonly stretches: Int32Array;
}

/**
 * Silverman's bandwidth in its robust form (1986, equation 3.31), 0.9 · A · n^(-1/5), A the smallest of these scales, each of which is the
 * standard deviation for normal data: the standard deviation, the interquartile range / 1.349, the shortest interval that holds half the
 * values / 1.349, and the one that holds a quarter / 0.6373. The last two are ours: the first two measure how far modes lie apart, not
 * how wide they are, and would smooth three and four modes into one. Never below the smallest step between values, so that
 * rounded data do not show a mode for every mark of the ruler.
 * @param sorted rising, finite
 * @returns 0 for fewer than two different values
 */
export function silvermanBandwidth(sorted: Float64Array): number {
  const n = sorted.length;
  if (n < 2 || sorted[0] === sorted[n - 1]) return 0;
  const scales = [
    momentsOf(sorted).sd,
    (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / 1.349,
    shortestInterval(sorted, 0.5) / 1.349,
    shortestInterval(sorted, 0.25) / 0.6373,
  ].filter((scale) => scale > 0);
  const rule = 0.9 * Math.min(...scales) * n ** -0.2;
  return Math.max(rule, smallestStep(sorted));
}

/** Length of the shortest interval that holds a share of the values; 0 when one value alone makes it up. */
function shortestInterval(sorted: Float64Array, share: number): number {
  const span = Math.max(1, Math.ceil(share * sorted.length) - 1);
  let shortest = Number.POSITIVE_INFINITY;
  for (let index = 0; index + span < sorted.length; index++) {
    shortest = Math.min(shortest, sorted[index + span]! - sorted[index]!);
  }
  return shortest;
}

/** Smallest distance of different values; 0 when there are only two: that is no ruler. */
function smallestStep(sorted: Float64Array): number {
  let [step, gaps] = [Number.POSITIVE_INFINITY, 0];
  for (let index = 1; index < sorted.length; index++) {
    const gap = sorted[index]! - sorted[index - 1]!;
    if (gap === 0) continue;
    gaps++;
    step = Math.min(step, gap);
  }
  return gaps < 2 ? 0 : step;
}

/** Below it the points of a grid would be the same number as doubles: 256 units in the last place of the largest value. */
export function finestBandwidth(sorted: Float64Array): number {
  const largest = Math.max(Math.abs(sorted[0] ?? 0), Math.abs(sorted[sorted.length - 1] ?? 0));
  return Math.max(1e-290, largest * 2 ** -44);
}

/**
 * Gaussian kernel density (§3.3.1 "Modality detection"), by linear binning (Wand 1994, "Fast computation of multivariate kernel
 * estimators") and a convolution cut off at 4 bandwidths. The grid exists only where values are: a value far away costs a few
 * points, and neither widens the grid nor coarsens it. O(n + points · 65) after sorting.
 * @param sorted rising, finite, not empty
 * @param bandwidth at least `finestBandwidth`
 */
export function estimateDensity(sorted: Float64Array, bandwidth: number): DensityCurve {
  const { densityPoints, kernelBandwidths, pointsPerBandwidth } = preprocessLimits;
  const reach = kernelBandwidths * pointsPerBandwidth;
  let step = bandwidth / pointsPerBandwidth;
  let starts = findStretches(sorted, 2 * reach * step);
  while (countPoints(sorted, starts, step, reach) > densityPoints) {
    step *= 2;
    starts = findStretches(sorted, 2 * reach * step);
  }
  const points = countPoints(sorted, starts, step, reach);
  const x = new Float64Array(points);
  const density = new Float64Array(points);
  const stretches = new Int32Array(starts.length);
  const kernel = gaussianWeights(reach, pointsPerBandwidth, 1 / (sorted.length * step * pointsPerBandwidth));
  let first = 0;
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? sorted.length;
    const size = stretchPoints(sorted[start]!, sorted[end - 1]!, step, reach);
    const origin = sorted[start]! - (reach + 1) * step;
    const bins = binLinearly(sorted.subarray(start, end), origin, step, size);
    convolve(bins, kernel, density.subarray(first, first + size));
    for (let point = 0; point < size; point++) x[first + point] = origin + point * step;
    stretches[index] = first;
    first += size;
  }
  return { bandwidth: step * pointsPerBandwidth, x, density, stretches };
}

/** Index of the first value of each stretch: one ends where the next value is farther away than kernels reach from both. */
function findStretches(sorted: Float64Array, gap: number): number[] {
  const starts = [0];
  for (let index = 1; index < sorted.length; index++) {
    if (sorted[index]! - sorted[index - 1]! > gap) starts.push(index);
  }
  return starts;
}

const stretchPoints = (low: number, high: number, step: number, reach: number): number =>
  Math.ceil((high - low) / step) + 2 * reach + 3;

function countPoints(sorted: Float64Array, starts: readonly number[], step: number, reach: number): number {
  return starts.reduce((sum, start, index) => {
    const end = starts[index + 1] ?? sorted.length;
    return sum + stretchPoints(sorted[start]!, sorted[end - 1]!, step, reach);
  }, 0);
}

/** Each value is shared out between the two grid points beside it. */
function binLinearly(values: Float64Array, origin: number, step: number, size: number): Float64Array {
  const bins = new Float64Array(size);
  for (let index = 0; index < values.length; index++) {
    const place = (values[index]! - origin) / step;
    const below = Math.floor(place);
    bins[below]! += 1 - (place - below);
    bins[below + 1]! += place - below;
  }
  return bins;
}

function gaussianWeights(reach: number, pointsPerBandwidth: number, scale: number): Float64Array {
  const peak = scale / Math.sqrt(2 * Math.PI);
  return Float64Array.from({ length: reach + 1 }, (_, off) => peak * Math.exp(-0.5 * (off / pointsPerBandwidth) ** 2));
}

/** A symmetric kernel over every bin that is not empty. @param kernel weights by distance */
function convolve(bins: Float64Array, kernel: Float64Array, into: Float64Array): void {
  for (let bin = 0; bin < bins.length; bin++) {
    const weight = bins[bin]!;
    if (weight === 0) continue;
    const low = Math.max(0, bin - kernel.length + 1);
    const high = Math.min(bins.length - 1, bin + kernel.length - 1);
    for (let point = low; point <= high; point++) into[point]! += weight * kernel[Math.abs(point - bin)]!;
  }
}
