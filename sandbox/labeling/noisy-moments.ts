import { type NoisyVoteTable, pairNumber } from "@flamenco/policies/wire";
import { VoteThinning } from "./noisy-thinning.js";

/** Below so many standard deviations a count is not told from none, and is taken for none. */
const CELL_SIGMAS = 4;
/** Below so many, an LF's votes do not tell how right it is for each label apart. */
const ASYMMETRY_SIGMAS = 20;
/** Bounds of what chosen votes may say against independence of coverages. */
const CORRECTION = Object.freeze({ minimum: 2 / 3, maximum: 3 / 2 });

/** Shares of rows, read from a noisy table, with how far the noise lets them be trusted. */
export interface NoisyMoments {
  readonly lfCount: number;
  readonly labelCount: number;
  /** At least 1. */
  readonly rows: number;
  /** `shares[i][a]`: share of rows on which LF i votes a; 0 where that is not told from none. */
  readonly shares: readonly (readonly number[])[];
  /** Rows on which each LF votes. */
  readonly votes: readonly number[];
  /** LFs whose votes suffice to learn how right they are for each label. */
  readonly plenty: readonly boolean[];
  /**
   * `pairs[(i*k + a) * m*k + j*k + b]`: rows on which LF i votes a and LF j votes b, before the cap on votes of a row; symmetric.
   * Not clipped: noise that is cut off at 0 would no longer average out.
   */
  readonly pairs: Float64Array;
  /** Inverse variance, in rows⁻², of each entry of `pairs`; 0 where it says nothing. */
  readonly precisions: Float64Array;
}

/**
 * Read a noisy table: counts that are not told from none are cut off, coverages brought back to at most 1, pair counts scaled
 * up to what they were before votes were chosen, with the variance that this leaves them.
 */
export function readNoisyMoments(table: NoisyVoteTable): NoisyMoments {
  const { sigma } = table;
  const [m, k] = [table.lfs.length, table.labels.length];
  const size = m * k;
  const rows = Math.max(1, table.rows);
  const shares = table.singles.map((counts) => {
    const kept = counts.map((count) => (count < CELL_SIGMAS * sigma ? 0 : count / rows));
    const coverage = sumOf(kept);
    return coverage > 1 ? kept.map((share) => share / coverage) : kept;
  });
  const votes = shares.map((labels) => rows * sumOf(labels));
  const plenty = votes.map((count) => count >= ASYMMETRY_SIGMAS * sigma);
  const thinning = new VoteThinning(shares.map(sumOf), table.votesPerRow);
  // Coverages may hang together; then the chosen votes tell that rows with a vote of this LF have more votes, or fewer.
  const corrections = votes.map((count, lf) => {
    const chosen = sumOf(table.chosen[lf]!) / count / thinning.shareOfVotes(lf);
    return plenty[lf] ? Math.min(CORRECTION.maximum, Math.max(CORRECTION.minimum, chosen)) : 1;
  });

  const pairs = new Float64Array(size * size);
  const precisions = new Float64Array(size * size);
  for (let first = 0; first < m; first++) {
    for (let second = first + 1; second < m; second++) {
      const kept = Math.min(1, thinning.shareOfPairs(first, second) * corrections[first]! * corrections[second]!);
      const cells = table.pairs[pairNumber(first, second, m)]!;
      for (const [cell, count] of cells.entries()) {
        const [a, b] = [Math.floor(cell / k), cell % k];
        const [one, other] = [first * k + a, second * k + b];
        const expected = shares[first]![a]! * shares[second]![b]! * rows;
        if (expected === 0) continue;
        // Noise of the mechanism, and that of sampling rows at all.
        const precision = 1 / ((sigma / kept) ** 2 + Math.max(1, expected) / kept);
        for (const index of [one * size + other, other * size + one]) {
          pairs[index] = count / kept;
          precisions[index] = precision;
        }
      }
    }
  }
  return { lfCount: m, labelCount: k, rows, shares, votes, plenty, pairs, precisions };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
