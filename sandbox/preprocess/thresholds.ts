import { FlamencoError } from "@flamenco/policies/errors";
import { momentsOf, quantileOf, sortFinite } from "./quantiles.js";

/** Ways to a threshold, in the order in which they are shown. */
export const thresholdMethods = ["tukey", "sd", "mad", "knee"] as const;
export type ThresholdMethod = (typeof thresholdMethods)[number];

/** Where values of one mode end and outliers begin. Null on a side without a threshold. */
export interface Threshold {
  readonly method: ThresholdMethod;
  readonly low: number | null;
  readonly high: number | null;
  /** Values below `low` and above `high`. */
  readonly below: number;
  readonly above: number;
  /** How the numbers came about, for people. */
  readonly explanation: string;
}

export interface ThresholdOptions {
  /** Lengths of the box beyond its ends; 1.5 (Tukey 1977). */
  readonly fence?: number;
  /** Standard deviations, true or by the MAD, beyond the center; 3. */
  readonly deviations?: number;
}

/** Makes the median absolute deviation of normal data their standard deviation: 1 / Φ⁻¹(3/4) (Rousseeuw & Croux 1993). */
const MAD_SCALE = 1.4826;
const LEAST_VALUES = 4;

/**
 * Thresholds of a column that has one mode (§3.3.1 "Threshold calculation"; split others at their modes before), each method
 * with its explanation. A method that finds no spread (half the values are equal) has no thresholds.
 * @throws FLM_TOO_FEW_VALUES for fewer than four finite values
 */
export function calculateThresholds(
  values: Float64Array,
  methods: readonly ThresholdMethod[] = thresholdMethods,
  options: ThresholdOptions = {},
): Threshold[] {
  const sorted = sortFinite(values);
  if (sorted.length < LEAST_VALUES) {
    throw new FlamencoError("FLM_TOO_FEW_VALUES", `Thresholds need at least ${LEAST_VALUES} values.`);
  }
  return methods.map((method) => {
    const { low, high, explanation } = rules[method](sorted, options);
    return { method, low, high, below: countBelow(sorted, low), above: countAbove(sorted, high), explanation };
  });
}

type Bounds = Pick<Threshold, "low" | "high" | "explanation">;

const rules: Readonly<Record<ThresholdMethod, (sorted: Float64Array, options: ThresholdOptions) => Bounds>> = {
  tukey(sorted, { fence = 1.5 }) {
    const [q1, q3] = [quantileOf(sorted, 0.25), quantileOf(sorted, 0.75)];
    return around(q1, q3, fence * (q3 - q1), `Tukey's fences: ${fence} lengths of the box below q1 and above q3`);
  },
  sd(sorted, { deviations = 3 }) {
    const { mean, sd } = momentsOf(sorted);
    return around(
      mean,
      mean,
      deviations * sd,
      `mean ± ${deviations} standard deviations; outliers themselves widen it`,
    );
  },
  mad(sorted, { deviations = 3 }) {
    const median = quantileOf(sorted, 0.5);
    const off = Float64Array.from(sorted, (value) => Math.abs(value - median)).sort();
    const spread = deviations * MAD_SCALE * quantileOf(off, 0.5);
    return around(median, median, spread, `median ± ${deviations} × ${MAD_SCALE} × median absolute deviation`);
  },
  knee(sorted) {
    const middle = sorted.length >>> 1;
    return {
      low: kneeOf(sorted.subarray(0, middle + 1), "concave"),
      high: kneeOf(sorted.subarray(middle), "convex"),
      explanation: "knees of the sorted values: where they lie farthest from the chord from the median to the end",
    };
  },
};

function around(low: number, high: number, reach: number, explanation: string): Bounds {
  if (!(reach > 0)) return { low: null, high: null, explanation: `${explanation}: there is no spread` };
  return { low: low - reach, high: high + reach, explanation };
}

/**
 * The value at the largest distance between the sorted values and their chord, both axes scaled to 0..1: the knee of Kneedle (Satopää
 * et al. 2011) without its smoothing, which sorted values do not need. Null where the values lie along the chord.
 */
function kneeOf(part: Float64Array, form: "convex" | "concave"): number | null {
  const [first, last] = [part[0]!, part[part.length - 1]!];
  if (!(last > first)) return null;
  let [farthest, knee] = [0, -1];
  for (let index = 0; index < part.length; index++) {
    const off = index / (part.length - 1) - (part[index]! - first) / (last - first);
    const distance = form === "convex" ? off : -off;
    if (distance > farthest) [farthest, knee] = [distance, index];
  }
  return farthest > LEAST_BEND ? part[knee]! : null;
}

/** Evenly spread values bend by less: uniform data have no knee. */
const LEAST_BEND = 0.1;

/** Sorted values below a bound, and (by the same search) above one. */
function countBelow(sorted: Float64Array, bound: number | null): number {
  return bound === null ? 0 : search(sorted, (value) => value < bound);
}

function countAbove(sorted: Float64Array, bound: number | null): number {
  return bound === null ? 0 : sorted.length - search(sorted, (value) => value <= bound);
}

/** How many of the first values hold `test`, which no value after one that fails holds. */
function search(sorted: Float64Array, test: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
