import type { ClassBalance } from "./class-balance.js";
import { cellOf, clampShare, createVoteTable, listConditional, type ModelFit } from "./model-fit.js";
import { normalizeLogs } from "./naive-bayes.js";
import type { LabeledHistogram } from "./vote-histogram.js";
import type { VoteTotals } from "./vote-totals.js";

/** A vote is presumed right with this probability, and never less often than its label occurs: see `presumePrecision`. */
const PRESUMED_PRECISION = 0.7;
/** Labeled rows that the presumption weighs as much as: with 10, the Beta prior of two even labels is Beta(7, 3). */
const PRIOR_ROWS = 10;

/**
 * The model for one or two LFs, whose votes alone determine nothing. Each vote's precision P(label | vote) is its empirical
 * one on labeled validation rows, shrunk by a Beta (Dirichlet for k > 2) prior of 10 rows; without labeled rows the prior
 * alone speaks and the fit says that it is not identified. LFs combine as if independent given the label:
 * P(y | votes) ∝ p_y ∏ P(y | vote_i) / p_y.
 */
export function fitValidated(
  totals: VoteTotals,
  balance: ClassBalance,
  validation: LabeledHistogram | undefined,
): ModelFit {
  const m = totals.votes.length;
  const k = balance.prior.length;
  const { prior } = balance;
  const seen = countLabeledVotes(validation, m, k);
  const precision = createVoteTable(m, k);
  for (let lf = 0; lf < m; lf++) {
    for (let vote = 0; vote < k; vote++) {
      const presumed = presumePrecision(vote, prior);
      let rows = 0;
      for (let label = 0; label < k; label++) rows += seen.values[cellOf(seen, lf, vote + 1, label)]!;
      for (let label = 0; label < k; label++) {
        const cell = cellOf(precision, lf, vote + 1, label);
        precision.values[cell] =
          prior[label] === 0 ? 0 : (seen.values[cell]! + PRIOR_ROWS * presumed[label]!) / (rows + PRIOR_ROWS);
      }
    }
  }

  const table = createVoteTable(m, k);
  for (let lf = 0; lf < m; lf++) {
    for (let label = 0; label < k; label++) {
      if (prior[label] === 0) continue;
      let voting = 0;
      for (let vote = 0; vote < k; vote++) {
        const share = totals.byLabel[lf]![vote]! / Math.max(1, totals.rows);
        const likelihood = clampShare(
          (precision.values[cellOf(precision, lf, vote + 1, label)]! * share) / prior[label]!,
        );
        table.values[cellOf(table, lf, vote + 1, label)] = likelihood;
        voting += likelihood;
      }
      table.values[cellOf(table, lf, 0, label)] = clampShare(1 - voting);
    }
  }
  const weights = totals.votes.map((votes, lf) => {
    if (votes === 0) return null;
    let right = 0;
    for (let vote = 0; vote < k; vote++) {
      right += totals.byLabel[lf]![vote]! * precision.values[cellOf(precision, lf, vote + 1, vote)]!;
    }
    return clampShare(right / votes);
  });
  const labeledRows = seen.values.some((count) => count > 0);
  return {
    balance,
    weights,
    conditional: listConditional(table, totals.votes, prior),
    converged: true,
    iterations: 0,
    identified: labeledRows,
    warnings: labeledRows
      ? []
      : [
          "Unidentified: without labeled rows the votes of so few labeling functions do not determine their accuracy; the prior decides.",
        ],
    predict: (votes) => combineVotes(votes, precision, prior),
  };
}

function combineVotes(
  votes: ArrayLike<number>,
  precision: ReturnType<typeof createVoteTable>,
  prior: readonly number[],
) {
  const logs = Float64Array.from(prior, (share) => (share > 0 ? Math.log(share) : Number.NEGATIVE_INFINITY));
  for (let lf = 0; lf < precision.lfCount; lf++) {
    const vote = votes[lf]!;
    if (vote < 0) continue;
    for (let label = 0; label < prior.length; label++) {
      if (prior[label] === 0) continue;
      logs[label]! += Math.log(precision.values[cellOf(precision, lf, vote + 1, label)]! / prior[label]!);
    }
  }
  return normalizeLogs(logs);
}

/**
 * What a vote says before any row confirms it: its label has the larger of 0.7 and what remains when the vote removes 40 %
 * of the doubt (the same 0.7 for two even labels); the others share the rest by class balance. A vote for a label of
 * prior 0 says nothing.
 */
function presumePrecision(vote: number, prior: readonly number[]): readonly number[] {
  const base = prior[vote]!;
  if (base === 0 || base === 1) return prior;
  const right = Math.max(PRESUMED_PRECISION, 1 - 0.6 * (1 - base));
  return prior.map((share, label) => (label === vote ? right : ((1 - right) * share) / (1 - base)));
}

/** Labeled rows by LF, symbol and true label. */
function countLabeledVotes(validation: LabeledHistogram | undefined, m: number, k: number) {
  const seen = createVoteTable(m, k);
  for (let pattern = 0; pattern < (validation?.counts.length ?? 0); pattern++) {
    for (let lf = 0; lf < m; lf++) {
      const vote = validation!.patterns[pattern * m + lf]!;
      if (vote < 0) continue;
      for (let label = 0; label < k; label++) {
        seen.values[cellOf(seen, lf, vote + 1, label)]! += validation!.truthCounts[pattern * k + label]!;
      }
    }
  }
  return seen;
}
