import type { ModelFit } from "./model-fit.js";
import type { PairCounts } from "./pair-counts.js";

/** Two LFs whose votes meet in a way that a fit does not explain. */
export interface UnexplainedPair {
  readonly first: number;
  readonly second: number;
  /** Correlation of two of their votes that is left over, 0..1. */
  readonly correlation: number;
}

/**
 * The pair of LFs that a fit explains worst: the largest correlation between two votes beyond Σ_y p_y P(a | y) P(b | y), what
 * LFs that are independent given the label would show. Needs no ground truth. `null` for a fit without conditionals, or
 * when no two LFs vote.
 */
export function findUnexplainedPair(pairs: PairCounts, { conditional, balance }: ModelFit): UnexplainedPair | null {
  const { lfCount: m, labelCount: k, rows, counts } = pairs;
  const size = m * k;
  let worst: UnexplainedPair | null = null;
  for (let vote = 0; vote < size; vote++) {
    const share = counts[vote * size + vote]! / rows;
    const first = Math.floor(vote / k);
    if (!(share > 0 && share < 1)) continue;
    for (let other = 0; other < first * k; other++) {
      const otherShare = counts[other * size + other]! / rows;
      const second = Math.floor(other / k);
      if (!(otherShare > 0 && otherShare < 1)) continue;
      const given = conditional[first]![(vote % k) + 1]!;
      const otherGiven = conditional[second]![(other % k) + 1]!;
      let explained = 0;
      for (let label = 0; label < k; label++) {
        const both = given[label] === null ? null : otherGiven[label];
        if (both === null || both === undefined) continue;
        explained += balance.prior[label]! * given[label]! * both;
      }
      if (given.every((value) => value === null)) continue;
      const spread = Math.sqrt(share * (1 - share) * otherShare * (1 - otherShare));
      const correlation = Math.min(1, Math.abs(counts[vote * size + other]! / rows - explained) / spread);
      if (worst === null || correlation > worst.correlation) worst = { first: second, second: first, correlation };
    }
  }
  return worst;
}
