/** Rows of one true label that got one prediction. */
export interface ErrorBucket {
  readonly truth: number;
  /** -1: none. */
  readonly prediction: number;
  readonly rows: number;
  /** The vote patterns of these rows, most rows first. */
  readonly patterns: readonly BucketPattern[];
}

export interface BucketPattern {
  /** Pattern index in the histogram. */
  readonly pattern: number;
  readonly rows: number;
  /** The first of these rows, counted from 0. */
  readonly firstRows: readonly number[];
  /** One of these rows, whose votes are the pattern. */
  readonly sampleRow: number;
}

export interface BucketInput {
  /** Pattern of each row. */
  readonly patternOfRow: Int32Array;
  /** Label index of each row, -1 unknown: such rows are in no bucket. */
  readonly truth: Int8Array;
  /** Predicted label of each pattern, -1 for none. */
  readonly predictions: Int8Array;
}

/**
 * Sort rows with ground truth into buckets by true and predicted label (Snorkel's `get_label_buckets`), and by vote pattern
 * within: rows of one pattern are right or wrong for the same reason. Names rows, so it is for the desk of whoever owns them.
 * Wrong predictions come first, then missing ones, then right ones, each by rows.
 * @param head rows to name of each pattern.
 */
export function sortIntoBuckets({ patternOfRow, truth, predictions }: BucketInput, head: number): ErrorBucket[] {
  const buckets = new Map<
    string,
    { truth: number; prediction: number; patterns: Map<number, number[]>; counts: Map<number, number> }
  >();
  for (const [row, pattern] of patternOfRow.entries()) {
    const label = truth[row]!;
    if (label < 0) continue;
    const prediction = predictions[pattern]!;
    const key = `${label} ${prediction}`;
    const bucket = buckets.get(key) ?? { truth: label, prediction, patterns: new Map(), counts: new Map() };
    buckets.set(key, bucket);
    const rows = bucket.patterns.get(pattern) ?? [];
    if (rows.length < Math.max(1, head)) rows.push(row);
    bucket.patterns.set(pattern, rows);
    bucket.counts.set(pattern, (bucket.counts.get(pattern) ?? 0) + 1);
  }
  const gravity = ({ truth: label, prediction }: { truth: number; prediction: number }) =>
    prediction === label ? 2 : prediction < 0 ? 1 : 0;
  return [...buckets.values()]
    .map(({ truth: label, prediction, patterns, counts }) => ({
      truth: label,
      prediction,
      rows: [...counts.values()].reduce((sum, count) => sum + count, 0),
      patterns: [...patterns]
        .map(([pattern, rows]) => ({
          pattern,
          rows: counts.get(pattern)!,
          firstRows: rows.slice(0, head),
          sampleRow: rows[0]!,
        }))
        .sort((a, b) => b.rows - a.rows || a.sampleRow - b.sampleRow),
    }))
    .sort((a, b) => gravity(a) - gravity(b) || b.rows - a.rows);
}
