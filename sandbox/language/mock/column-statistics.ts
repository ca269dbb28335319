import type { ColumnStatistics, StatisticName } from "@flamenco/policies/wire";

const percentiles: readonly (readonly [StatisticName, number])[] = [
  ["p5", 0.05],
  ["p10", 0.1],
  ["p25", 0.25],
  ["p50", 0.5],
  ["p75", 0.75],
  ["p90", 0.9],
  ["p95", 0.95],
];

/** Value at a share of a sorted, non-empty array, by linear interpolation between the closest ranks (numpy's default). */
export function quantileOf(sorted: Float64Array, share: number): number {
  const rank = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)] ?? Number.NaN, sorted[Math.ceil(rank)] ?? Number.NaN];
  return low + (high - low) * (rank - Math.floor(rank));
}

/**
 * Statistics of one column as a node computes them (`ColumnStatistics` of policies/wire): over the values that are there
 * (NaN is missing), `sd` with n-1, percentiles by linear interpolation; `null` where too few values are there.
 */
export function columnStatistics(values: Float64Array): ColumnStatistics {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const count = sorted.length;
  const mean = count === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / count;
  const sd =
    mean === null || count < 2
      ? null
      : Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1));
  const ranks = percentiles.map(([name, share]) => [name, count === 0 ? null : quantileOf(sorted, share)]);
  return { count, mean: finite(mean), sd: finite(sd), ...Object.fromEntries(ranks) } as ColumnStatistics;
}

/** Sums of values near the largest double overflow; no network quantity does. */
function finite(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : value;
}
