import { type Static, Type } from "@sinclair/typebox";
import { Count, closed, Name, Text } from "./primitives.js";

const MAX_LFS = 512;
const MAX_LABELS = 8;

/** A count with noise: an integer, below 0 now and then. */
const NoisyCount = Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });

const shape = {
  /** `namespace/name@version#function`, m of them. */
  lfs: Type.Array(Text(200), { minItems: 1, maxItems: MAX_LFS, uniqueItems: true }),
  /** The task's labels, k of them, in order. */
  labels: Type.Array(Name, { minItems: 2, maxItems: MAX_LABELS, uniqueItems: true }),
  /** K: a privacy unit has at most so many rows in these counts. */
  rowsPerUnit: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** c: a row has at most so many votes in `chosen` and `pairs`. */
  votesPerRow: Type.Integer({ minimum: 2, maximum: MAX_LFS }),
} as const;

const cells = (count: typeof Count) => ({
  /** `singles[i][a]`: rows on which LF i votes label a. m x k. */
  singles: Type.Array(Type.Array(count, { minItems: 2, maxItems: MAX_LABELS }), { minItems: 1, maxItems: MAX_LFS }),
  /** `chosen[i][a]`: those of them that are among the row's c chosen votes. m x k. */
  chosen: Type.Array(Type.Array(count, { minItems: 2, maxItems: MAX_LABELS }), { minItems: 1, maxItems: MAX_LFS }),
  /**
   * `pairs[p][a * k + b]`: rows whose chosen votes hold LF i for a and LF j for b; p numbers the pairs i < j as (0,1), (0,2),
   * …, (1,2), …. m(m-1)/2 x k².
   */
  pairs: Type.Array(Type.Array(count, { minItems: 4, maxItems: MAX_LABELS ** 2 }), {
    maxItems: (MAX_LFS * (MAX_LFS - 1)) / 2,
  }),
});

/**
 * What the sealed worker hands over for a protected release: exact integer counts of the votes of the training split, with
 * both caps applied. Never leaves the node; the release gate adds noise to it once, and computes everything else from that.
 */
export const VoteTable = Type.Object(
  {
    schema: Type.Literal("flamenco-vote-table/1"),
    ...shape,
    /** Rows that were counted, votes or not: those of the training split that the cap of their unit keeps. */
    rows: Count,
    ...cells(Count),
  },
  closed,
);
export type VoteTable = Static<typeof VoteTable>;

/** A vote table after the noise, with what is known of the noise. */
export const NoisyVoteTable = Type.Object(
  {
    schema: Type.Literal("flamenco-noisy-vote-table/1"),
    ...shape,
    rows: NoisyCount,
    ...cells(NoisyCount),
    /** Standard deviation, in rows, of the noise of `rows`, and of every other cell. */
    rowsSigma: Type.Number({ exclusiveMinimum: 0 }),
    sigma: Type.Number({ exclusiveMinimum: 0 }),
  },
  closed,
);
export type NoisyVoteTable = Static<typeof NoisyVoteTable>;

/** Number of the pair of LFs `first` < `second` among the pairs of `lfCount`. */
export function pairNumber(first: number, second: number, lfCount: number): number {
  return (first * (2 * lfCount - first - 1)) / 2 + (second - first - 1);
}
