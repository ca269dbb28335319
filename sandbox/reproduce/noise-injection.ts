import { assignModes, detectModes, quantileOf, type SeededRandom } from "../preprocess/index.js";

/** A series with noise at known places. */
export interface NoisySeries {
  readonly rttMs: Float64Array;
  /** 1 where a sample is noise. */
  readonly noise: Uint8Array;
  /** Where its modes part, found in the measured values of its first part. */
  readonly splits: Float64Array;
}

/** Least and most delay that noise adds, in interquartile ranges of the sample's mode. */
const ADDED_RANGES = [1, 10] as const;
/** Modes of equal values have no range, in ms: the resolution of the probes' clocks. */
const LEAST_RANGE_MS = 0.05;
/** Share of the series, from its beginning, from which modes are found: training rows. */
const TRAINING_SHARE = 0.55;

/**
 * Noise as the paper makes its own (§3.3.1, "Synthetic data creation"): uniform between bounds above what is usual, at random places.
 * A sample that becomes noise has a delay added, for nothing makes a path faster.
 * @param share of the samples
 */
export function injectNoise(measured: Float64Array, share: number, random: SeededRandom): NoisySeries {
  const known = measured.subarray(0, Math.max(2, Math.floor(TRAINING_SHARE * measured.length)));
  const { splits } = detectModes(known);
  const modes = assignModes(measured, splits);
  const ranges = Array.from({ length: splits.length + 1 }, (_, mode) => {
    const sorted = known.filter((_value, row) => modes[row] === mode).sort();
    const range = quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25);
    return Math.max(LEAST_RANGE_MS, Number.isNaN(range) ? 0 : range);
  });
  const noise = new Uint8Array(measured.length);
  const rttMs = measured.map((value, row) => {
    const [drawn, size] = [random.nextFloat(), random.nextFloat()];
    if (drawn >= share) return value;
    noise[row] = 1;
    const [least, most] = ADDED_RANGES;
    return value + ranges[modes[row]!]! * (least + (most - least) * size);
  });
  return { rttMs, noise, splits };
}
