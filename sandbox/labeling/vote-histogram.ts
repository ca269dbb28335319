/** Vote of one LF on one row: label index 0..k-1, or ABSTAIN (Snorkel's convention). */
export const ABSTAIN = -1;

/**
 * The vote-pattern histogram: everything in labeling follows from it. For m LFs and k labels it lists the distinct
 * patterns of votes and how many rows show each; cost grows with distinct patterns, not with rows.
 */
export interface VoteHistogram {
  /** Number of LFs, m >= 1. */
  readonly lfCount: number;
  /** Number of labels, k >= 2. */
  readonly labelCount: number;
  /**
   * Votes of pattern p, LF i: `patterns[p * lfCount + i]`, -1 abstains. Patterns are distinct and sorted by the first row
   * that shows them, so they do not depend on how the rows were partitioned.
   */
  readonly patterns: Int8Array;
  /** Rows per pattern, length P. Zero is legal: a histogram restricted to a split keeps the patterns of all rows. */
  readonly counts: Float64Array;
}

/**
 * A histogram of rows with ground truth: `truthCounts[p * labelCount + y]` rows of pattern p have true label y. Rows whose
 * truth is unknown are in `counts` alone.
 */
export interface LabeledHistogram extends VoteHistogram {
  readonly truthCounts: Float64Array;
}

/** The pattern of every row beside the histogram. `patternOfRow` never leaves the sealed worker. */
export interface IndexedHistogram {
  readonly histogram: VoteHistogram;
  /** Pattern index of each row. */
  readonly patternOfRow: Int32Array;
}
