import type { VoteHistogram } from "./vote-histogram.js";

/** How often each LF votes for each label. */
export interface VoteTotals {
  readonly rows: number;
  /** Patterns that some row shows. */
  readonly patterns: number;
  /** `byLabel[i][j]` rows on which LF i votes label j. */
  readonly byLabel: readonly (readonly number[])[];
  /** Rows on which LF i votes. */
  readonly votes: readonly number[];
}

/** Count the votes of a histogram. */
export function countVotes({ lfCount, labelCount, patterns, counts }: VoteHistogram): VoteTotals {
  const byLabel = Array.from({ length: lfCount }, () => new Array<number>(labelCount).fill(0));
  let rows = 0;
  let shown = 0;
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const count = counts[pattern]!;
    if (count === 0) continue;
    rows += count;
    shown++;
    for (let lf = 0; lf < lfCount; lf++) {
      const vote = patterns[pattern * lfCount + lf]!;
      if (vote >= 0) byLabel[lf]![vote]! += count;
    }
  }
  return { rows, patterns: shown, byLabel, votes: byLabel.map((row) => row.reduce((sum, count) => sum + count, 0)) };
}
