/** Counts of a column's values in ranges of equal width, with what lies beyond them. */
export interface ValueHistogram {
  /** Lower end of the first range; null when no value is there. */
  readonly low: number | null;
  readonly high: number | null;
  /** A value on a border belongs to the range above it, the highest to the last. */
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
  readonly missing: number;
}

/** Share of values at either end that may lie beyond the ranges: a few extreme ones would put all others into one. */
const TAIL = 0.01;

/** Histogram of the values between the 1st and the 99th percentile. */
export function histogramOfValues(values: Float64Array, bins: number): ValueHistogram {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const missing = values.length - sorted.length;
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = [at(TAIL), at(1 - TAIL)];
  if (low === undefined || high === undefined) {
    return { low: null, high: null, counts: Array(bins).fill(0), below: 0, above: 0, missing };
  }
  const counts: number[] = Array(bins).fill(0);
  let [below, above] = [0, 0];
  for (const value of sorted) {
    if (value < low) below += 1;
    else if (value > high) above += 1;
    else {
      const bin = high > low ? Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins)) : 0;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return { low, high, counts, below, above, missing };
}

const levels = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A histogram as a line of blocks, one a range; a range that is not empty is never blank. */
export function drawSparkline({ counts }: ValueHistogram): string {
  const most = Math.max(...counts);
  return counts
    .map((count) => levels[count === 0 ? 0 : Math.max(1, Math.round((count / most) * (levels.length - 1)))])
    .join("");
}

const BAR_WIDTH = 48;

/** A histogram as rows of bars: range, values, bar. */
export function barRows(histogram: ValueHistogram, format: (value: number) => string): string[][] {
  const { low, high, counts, below, above } = histogram;
  if (low === null || high === null) return [];
  const width = (high - low) / counts.length;
  const most = Math.max(...counts, below, above, 1);
  const bar = (count: number) => "█".repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * BAR_WIDTH)));
  const rows =
    high > low
      ? counts.map((count, bin) => [`from ${format(low + bin * width)}`, String(count), bar(count)])
      : [[`always ${format(low)}`, String(counts[0]), bar(counts[0] ?? 0)]];
  return [
    ...(below > 0 ? [[`below ${format(low)}`, String(below), bar(below)]] : []),
    ...rows,
    ...(above > 0 ? [[`above ${format(high)}`, String(above), bar(above)]] : []),
  ];
}
