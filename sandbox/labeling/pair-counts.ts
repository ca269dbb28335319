import { FlamencoError } from "@flamenco/policies/errors";
import type { VoteHistogram } from "./vote-histogram.js";

/** The pairwise counts C = L'L of votes: all that the moments model needs, and what nodes may add up. */
export interface PairCounts {
  readonly lfCount: number;
  readonly labelCount: number;
  /** All rows, with or without votes. */
  readonly rows: number;
  /**
   * `counts[(i*k + a) * m*k + (j*k + b)]` rows on which LF i votes a and LF j votes b; symmetric. The diagonal holds the
   * votes of each LF and label.
   */
  readonly counts: Float64Array;
}

/** Pairwise counts of a histogram. Costs, per pattern, the square of its votes. */
export function countPairs(histogram: VoteHistogram): PairCounts {
  const { lfCount, labelCount, patterns, counts: rowsOf } = histogram;
  const size = lfCount * labelCount;
  const counts = new Float64Array(size * size);
  const voted = new Int32Array(lfCount);
  let rows = 0;
  for (let pattern = 0; pattern < rowsOf.length; pattern++) {
    const count = rowsOf[pattern]!;
    if (count === 0) continue;
    rows += count;
    let votes = 0;
    for (let lf = 0; lf < lfCount; lf++) {
      const vote = patterns[pattern * lfCount + lf]!;
      if (vote >= 0) voted[votes++] = lf * labelCount + vote;
    }
    for (let a = 0; a < votes; a++) {
      const row = voted[a]! * size;
      for (let b = 0; b <= a; b++) counts[row + voted[b]!]! += count;
    }
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) counts[column * size + row] = counts[row * size + column]!;
  }
  return { lfCount, labelCount, rows, counts };
}

/**
 * Cross table of the votes of two LFs: rows of each pair of symbols, `(k+1) x (k+1)`, symbol 0 abstains. What the counts do
 * not list follows from their margins.
 */
export function cellsOf(
  { lfCount, labelCount: k, rows, counts }: PairCounts,
  first: number,
  second: number,
): Float64Array {
  const size = lfCount * k;
  const cells = new Float64Array((k + 1) * (k + 1));
  cells[0] = rows;
  for (let a = 0; a < k; a++) {
    const vote = first * k + a;
    cells[(a + 1) * (k + 1)] = counts[vote * size + vote]!;
    cells[0]! -= counts[vote * size + vote]!;
  }
  for (let b = 0; b < k; b++) {
    const vote = second * k + b;
    let left = counts[vote * size + vote]!;
    for (let a = 0; a < k; a++) {
      const both = counts[(first * k + a) * size + vote]!;
      cells[(a + 1) * (k + 1) + b + 1] = both;
      cells[(a + 1) * (k + 1)]! -= both;
      left -= both;
    }
    cells[b + 1] = left;
    cells[0]! -= left;
  }
  return cells;
}

/**
 * The sum of pairwise counts of the same LFs, over nodes.
 * @throws FLM_INTERNAL when the parts differ in LFs or labels, or there is none.
 */
export function addPairCounts(parts: readonly PairCounts[]): PairCounts {
  const first = parts[0];
  if (first === undefined || parts.some((p) => p.lfCount !== first.lfCount || p.labelCount !== first.labelCount)) {
    throw new FlamencoError("FLM_INTERNAL", "Only pairwise counts of the same labeling functions and labels add up.");
  }
  const counts = new Float64Array(first.counts.length);
  let rows = 0;
  for (const part of parts) {
    rows += part.rows;
    for (let index = 0; index < counts.length; index++) counts[index]! += part.counts[index]!;
  }
  return { ...first, rows, counts };
}

/** Share of equal votes among rows on which both vote; `null` where they never meet. */
export function shareAgreement(
  { lfCount, labelCount: k, counts }: PairCounts,
  first: number,
  second: number,
): number | null {
  const size = lfCount * k;
  let both = 0;
  let equal = 0;
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      const rows = counts[(first * k + a) * size + second * k + b]!;
      both += rows;
      if (a === b) equal += rows;
    }
  }
  return both === 0 ? null : equal / both;
}
