import type { PrecisionPrior } from "./label-model.js";
import { cellOf, clampShare, createVoteTable, type VoteTable } from "./model-fit.js";
import type { LabeledHistogram } from "./vote-histogram.js";
import type { VoteTotals } from "./vote-totals.js";

/** What is known of the LFs beside the votes: labeled rows, and somebody's word. */
export interface Beliefs {
  /** Labeled rows by LF, symbol and true label; all zero without any. */
  readonly seen: VoteTable;
  /** Of each LF, `null` where nobody said anything. */
  readonly priors: readonly (PrecisionPrior | null)[];
}

/** Count labeled rows by LF, symbol (0 abstains) and true label. */
export function countLabeledVotes(validation: LabeledHistogram | undefined, m: number, k: number): VoteTable {
  const seen = createVoteTable(m, k);
  for (let pattern = 0; pattern < (validation?.counts.length ?? 0); pattern++) {
    for (let lf = 0; lf < m; lf++) {
      const symbol = validation!.patterns[pattern * m + lf]! + 1;
      for (let label = 0; label < k; label++) {
        seen.values[cellOf(seen, lf, symbol, label)]! += validation!.truthCounts[pattern * k + label]!;
      }
    }
  }
  return seen;
}

/**
 * Rows that a belief about LF `lf` is worth when it votes `vote`, by true label: the labeled rows themselves, and of a prior
 * as many as its strength says, spread over the LF's votes as they fall. All zero where nothing is known.
 */
export function believedRows(
  { seen, priors }: Beliefs,
  lf: number,
  vote: number,
  totals: VoteTotals,
  balance: readonly number[],
): Float64Array {
  const first = cellOf(seen, lf, vote + 1, 0);
  const rows = seen.values.slice(first, first + seen.labelCount);
  const prior = priors[lf] ?? null;
  const votes = totals.votes[lf]!;
  if (prior === null || votes === 0) return rows;
  const worth = (prior.strength * totals.byLabel[lf]![vote]!) / votes;
  for (const [label, share] of spreadPrecision(prior.mean, vote, balance).entries()) rows[label]! += worth * share;
  return rows;
}

/** P(label | vote) of a vote that is right with probability `right`; the other labels share the rest by class balance. */
export function spreadPrecision(right: number, vote: number, balance: readonly number[]): readonly number[] {
  const base = balance[vote]!;
  // A vote for a label that cannot be, or for the only one that can, tells nothing.
  if (base === 0 || base === 1) return balance;
  return balance.map((share, label) => (label === vote ? right : ((1 - right) * share) / (1 - base)));
}

/**
 * Join beliefs to estimated likelihoods as further rows, counted beside the rows that the LF votes on: P(y | vote) becomes
 * (n P(y | vote) + believed rows) / (n + all believed rows). The share of each vote stays as observed. An LF of which
 * nothing is believed stays as it is, bit for bit.
 * @param table P(vote | label), changed in place; its abstain cells too.
 * @returns LFs that changed.
 */
export function joinBeliefs(
  table: VoteTable,
  beliefs: Beliefs,
  totals: VoteTotals,
  balance: readonly number[],
): ReadonlySet<number> {
  const k = table.labelCount;
  const changed = new Set<number>();
  for (let lf = 0; lf < table.lfCount; lf++) {
    for (let vote = 0; vote < k; vote++) {
      const votes = totals.byLabel[lf]![vote]!;
      const believed = believedRows(beliefs, lf, vote, totals, balance).map((rows, label) =>
        balance[label] === 0 ? 0 : rows,
      );
      const weight = believed.reduce((sum, rows) => sum + rows, 0);
      if (votes === 0 || weight === 0) continue;
      changed.add(lf);
      const joint = balance.map((share, label) => share * table.values[cellOf(table, lf, vote + 1, label)]!);
      const sum = joint.reduce((total, value) => total + value, 0);
      for (let label = 0; label < k; label++) {
        if (balance[label] === 0) continue;
        const estimated = sum === 0 ? balance[label]! : joint[label]! / sum;
        const precision = (votes * estimated + believed[label]!) / (votes + weight);
        table.values[cellOf(table, lf, vote + 1, label)] = clampShare(
          (precision * votes) / totals.rows / balance[label]!,
        );
      }
    }
    if (!changed.has(lf)) continue;
    for (let label = 0; label < k; label++) {
      let voting = 0;
      for (let vote = 1; vote <= k; vote++) voting += table.values[cellOf(table, lf, vote, label)]!;
      table.values[cellOf(table, lf, 0, label)] = balance[label] === 0 ? 0 : clampShare(1 - voting);
    }
  }
  return changed;
}
