import type { ColumnStatistics } from "../wire/index.js";
import type { CataloguePlan } from "./catalogue-plan.js";
import type { ValueBins } from "./value-bins.js";

/** What is below so many standard deviations of its noise is taken for empty. */
const EMPTY_SIGMAS = 4;

/**
 * Statistics of a column from its noisy bins, as post-processing: percentiles by interpolation within bins, mean and sd
 * winsorised at the 5th and 95th percentile, so that no single row moves them far. `null` where there are hardly any values.
 * @param counts noisy, one a bin
 * @param integers the column holds whole numbers: percentiles are whole, so that a threshold does not fall just short of a value
 * that many rows have
 */
export function deriveStatistics(
  counts: readonly number[],
  { bins, noise }: CataloguePlan,
  integers = false,
): ColumnStatistics {
  const kept = dropEmptyDecades(counts, bins, noise.sigma);
  // The cumulative count must not fall: a negative noisy count is taken back from what follows.
  const below = new Float64Array(bins.size + 1);
  let sum = 0;
  for (const [bin, count] of kept.entries()) {
    sum += count;
    below[bin + 1] = Math.max(below[bin]!, sum);
  }
  const total = below[bins.size]!;
  if (total < EMPTY_SIGMAS * noise.sigma) {
    return {
      count: null,
      mean: null,
      sd: null,
      p5: null,
      p10: null,
      p25: null,
      p50: null,
      p75: null,
      p90: null,
      p95: null,
    };
  }
  const at = (share: number) => {
    const { value, largest } = findValue(below, share * total, bins);
    return integers ? Math.min(Math.ceil(value), Math.floor(largest)) : value;
  };
  const [p5, p95] = [at(0.05), at(0.95)];
  const moments = winsorise(below, bins, p5, p95);
  return {
    count: Math.round(total),
    ...moments,
    p5,
    p10: at(0.1),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95,
  };
}

/** Most bins are empty and hold noise alone, which would add up. Looks at noisy counts only. */
function dropEmptyDecades(counts: readonly number[], bins: ValueBins, sigma: number): number[] {
  const kept = counts.map((count, bin) => (bin === bins.zero && count >= EMPTY_SIGMAS * sigma ? count : 0));
  const threshold = EMPTY_SIGMAS * sigma * Math.sqrt(bins.perDecade);
  for (const start of [0, bins.zero + 1]) {
    for (let first = start; first < start + bins.zero; first += bins.perDecade) {
      const decade = counts.slice(first, first + bins.perDecade);
      if (decade.reduce((sum, count) => sum + count, 0) < threshold) continue;
      for (const [step, count] of decade.entries()) kept[first + step] = count;
    }
  }
  return kept;
}

/** The value below which `rank` rows lie, rows being spread evenly within a bin, and the largest one of its bin. */
function findValue(below: Float64Array, rank: number, bins: ValueBins): { value: number; largest: number } {
  let bin = 0;
  while (bin < bins.size - 1 && below[bin + 1]! < rank) bin++;
  const [low, high] = bins.edgesOf(bin);
  const rows = below[bin + 1]! - below[bin]!;
  return { value: rows === 0 ? low : low + ((high - low) * (rank - below[bin]!)) / rows, largest: high };
}

/** Mean and sd of the rows, those beyond the two percentiles moved to them. */
function winsorise(below: Float64Array, bins: ValueBins, least: number, most: number): { mean: number; sd: number } {
  let [rows, sum, squares] = [0, 0, 0];
  for (let bin = 0; bin < bins.size; bin++) {
    const count = below[bin + 1]! - below[bin]!;
    if (count === 0) continue;
    const [low, high] = bins.edgesOf(bin);
    const from = Math.min(most, Math.max(least, low));
    const to = Math.min(most, Math.max(least, high));
    rows += count;
    sum += (count * (from + to)) / 2;
    // Of values spread evenly from `from` to `to`.
    squares += (count * (from * from + from * to + to * to)) / 3;
  }
  const mean = sum / rows;
  return { mean, sd: Math.sqrt(Math.max(0, squares / rows - mean * mean)) };
}
