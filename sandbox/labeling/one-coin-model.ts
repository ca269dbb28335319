import type { ClassBalance } from "./class-balance.js";
import { labelingLimits } from "./limits.js";
import { normalizeLogs } from "./log-weights.js";
import { cellOf, createVoteTable, listConditional, type ModelFit } from "./model-fit.js";
import { type Beliefs, believedRows } from "./precision.js";
import type { VoteHistogram } from "./vote-histogram.js";
import type { VoteTotals } from "./vote-totals.js";

const START_ACCURACY = 0.7;
/** Change of any accuracy below which EM has converged. */
const CHANGE_TOLERANCE = 1e-10;
/** Accuracies stay this far from 0 and 1. */
const MARGIN = 1e-6;

/**
 * Ratner et al. 2016 with independent LFs: each has one accuracy a_i, whatever the label ("one coin"), and abstains
 * regardless of it. EM on patterns from a_i = 0.7, class balance fixed (uniform unless known). A wrong vote falls on the
 * other labels alike, which for two labels is the paper's model. Beliefs are counted as further rows.
 *
 * Kept for comparison with the paper. LFs that vote for one label only break it: nothing ever contradicts "right on half of
 * the rows" of theirs, and the accuracies run to 0 and 1; the fit warns of it.
 */
export function fitOneCoin(
  train: VoteHistogram,
  totals: VoteTotals,
  balance: ClassBalance,
  beliefs: Beliefs,
): ModelFit {
  const { lfCount: m, labelCount: k, patterns, counts } = train;
  const { prior } = balance;
  const logPrior = Float64Array.from(prior, Math.log);
  const believed = totals.votes.map((_, lf) => believeAccuracy(beliefs, lf, totals, prior));
  let accuracies = new Float64Array(m).fill(START_ACCURACY);
  // One buffer for all patterns: the loop allocates nothing.
  const soft = new Float64Array(k);
  let iterations = 0;
  let change = Number.POSITIVE_INFINITY;
  const maxIterations = Math.min(
    labelingLimits.emIterations,
    Math.max(20, Math.floor(labelingLimits.fitOperations / ((counts.length + 1) * m * k * 2))),
  );
  while (change >= CHANGE_TOLERANCE && iterations < maxIterations) {
    const right = new Float64Array(m);
    // What a right vote weighs against a wrong one, in logarithms; a pattern's soft label follows from its votes alone.
    const logOdds = accuracies.map((accuracy) => Math.log(accuracy) - Math.log((1 - accuracy) / (k - 1)));
    for (let pattern = 0; pattern < counts.length; pattern++) {
      const count = counts[pattern]!;
      if (count === 0) continue;
      soft.set(logPrior);
      const first = pattern * m;
      for (let lf = 0; lf < m; lf++) {
        const vote = patterns[first + lf]!;
        if (vote >= 0) soft[vote]! += logOdds[lf]!;
      }
      normalizeLogs(soft);
      for (let lf = 0; lf < m; lf++) {
        const vote = patterns[first + lf]!;
        if (vote >= 0) right[lf]! += count * soft[vote]!;
      }
    }
    const next = accuracies.map((accuracy, lf) => {
      const { rows, rightRows } = believed[lf]!;
      const votes = totals.votes[lf]! + rows;
      return totals.votes[lf] === 0
        ? accuracy
        : Math.min(1 - MARGIN, Math.max(MARGIN, (right[lf]! + rightRows) / votes));
    });
    change = next.reduce((most, accuracy, lf) => Math.max(most, Math.abs(accuracy - accuracies[lf]!)), 0);
    accuracies = next;
    iterations++;
  }

  const table = createVoteTable(m, k);
  for (const [lf, votes] of totals.votes.entries()) {
    const coverage = totals.rows === 0 ? 0 : votes / totals.rows;
    for (let label = 0; label < k; label++) {
      table.values[cellOf(table, lf, 0, label)] = 1 - coverage;
      for (let vote = 0; vote < k; vote++) {
        const share = vote === label ? accuracies[lf]! : (1 - accuracies[lf]!) / (k - 1);
        table.values[cellOf(table, lf, vote + 1, label)] = coverage * share;
      }
    }
  }
  const ran = totals.votes.filter(
    (votes, lf) => votes > 0 && (accuracies[lf]! <= MARGIN || accuracies[lf]! >= 1 - MARGIN),
  );
  const oneSided = totals.byLabel.filter((votes) => votes.filter((count) => count > 0).length === 1);
  return {
    model: "one-coin",
    balance,
    weights: totals.votes.map((votes, lf) => (votes === 0 ? null : accuracies[lf]!)),
    conditional: listConditional(table, totals.votes, prior),
    converged: change < CHANGE_TOLERANCE,
    iterations,
    identified: totals.votes.filter((votes) => votes > 0).length >= 3,
    warnings: [
      ...(ran.length > 0
        ? [
            `The one-coin model collapsed: it holds ${ran.length} labeling functions for always right or always wrong. Do not use its labels; em reads the same votes better.`,
          ]
        : []),
      ...(ran.length === 0 && oneSided.length > 0
        ? [
            `${oneSided.length} labeling functions vote for one label only, which the one-coin model is known to misjudge; compare with em.`,
          ]
        : []),
    ],
  };
}

/** Believed rows on which an LF votes, and those of them on which it is right. */
function believeAccuracy(beliefs: Beliefs, lf: number, totals: VoteTotals, prior: readonly number[]) {
  let rows = 0;
  let rightRows = 0;
  for (let vote = 0; vote < prior.length; vote++) {
    const believed = believedRows(beliefs, lf, vote, totals, prior);
    rows += believed.reduce((sum, count) => sum + count, 0);
    rightRows += believed[vote]!;
  }
  return { rows, rightRows };
}
