/** How one LF's votes do on labeled rows of two labels. */
export interface VoteScore {
  readonly rows: number;
  /** Votes for label 0 and 1, and how many of them are right. */
  readonly votes: readonly [number, number];
  readonly right: readonly [number, number];
  /** Share of the rows with a vote. */
  readonly coverage: number;
  /** Share of the votes that are right; `null` without a vote. */
  readonly precision: number | null;
  /** F1 of both labels weighted by their rows; an abstention is a miss. */
  readonly f1: number;
}

/** Score votes against known labels; rows of unknown label (-1) are left out. */
export function scoreVotes(votes: Int8Array, truth: Int8Array): VoteScore {
  const cast: [number, number] = [0, 0];
  const right: [number, number] = [0, 0];
  const actual: [number, number] = [0, 0];
  for (let row = 0; row < votes.length; row++) {
    const label = truth[row]!;
    if (label < 0) continue;
    actual[label as 0 | 1] += 1;
    const vote = votes[row]!;
    if (vote < 0) continue;
    cast[vote as 0 | 1] += 1;
    if (vote === label) right[vote as 0 | 1] += 1;
  }
  const rows = actual[0] + actual[1];
  const voted = cast[0] + cast[1];
  const weighted = ([0, 1] as const).map((label) =>
    right[label] === 0 ? 0 : (actual[label] * 2 * right[label]) / (actual[label] + cast[label]),
  );
  return {
    rows,
    votes: cast,
    right,
    coverage: voted / Math.max(1, rows),
    precision: voted === 0 ? null : (right[0] + right[1]) / voted,
    f1: (weighted[0]! + weighted[1]!) / Math.max(1, rows),
  };
}
