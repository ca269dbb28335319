import type { ClassBalance } from "./class-balance.js";
import type { PrecisionPrior } from "./label-model.js";
import { normalizeLogs } from "./log-weights.js";
import { cellOf, clampShare, createVoteTable, listConditional, type ModelFit, type VoteTable } from "./model-fit.js";
import { type Beliefs, countLabeledVotes, spreadPrecision } from "./precision.js";
import { decideLabel } from "./predictions.js";
import { ABSTAIN, type LabeledHistogram } from "./vote-histogram.js";
import type { VoteTotals } from "./vote-totals.js";

/** Without an LF's own prior, a vote is presumed right with this probability, and never less often than its label occurs: see `presumePrecision`. */
const PRESUMED_PRECISION = 0.7;
/** Labeled rows that the presumption weighs as much as: with 10, the Beta prior of two even labels is Beta(7, 3). */
const PRIOR_ROWS = 10;

/**
 * The model for one or two LFs, whose votes alone determine nothing. Each vote's precision P(label | vote) is its empirical
 * one on labeled validation rows, shrunk by a Beta (Dirichlet for k > 2) prior: the LF's own, else one of 10 rows. Without
 * labeled rows the prior alone speaks and the fit says that it is not identified. LFs combine as if independent given the label:
 * P(y | votes) ∝ p_y ∏ P(y | vote_i) / p_y.
 */
export function fitValidated(totals: VoteTotals, balance: ClassBalance, { seen, priors }: Beliefs): ModelFit {
  const m = totals.votes.length;
  const k = balance.prior.length;
  const { prior } = balance;
  const precision = createVoteTable(m, k);
  for (let lf = 0; lf < m; lf++) {
    for (let vote = 0; vote < k; vote++) {
      precision.values.set(
        shrinkPrecision(votesSeen(seen, lf, vote), presumePrecision(vote, prior, priors[lf] ?? null)),
        cellOf(precision, lf, vote + 1, 0),
      );
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
  const unseen = totals.byLabel.map((byLabel, lf) =>
    byLabel.some((count, vote) => count > 0 && votesSeen(seen, lf, vote).every((rows) => rows === 0)),
  );
  return {
    model: "validated",
    balance,
    weights,
    conditional: listConditional(table, totals.votes, prior),
    precision: totals.votes.map((_, lf) =>
      prior.map((_share, vote) =>
        prior.map((_other, label) => precision.values[cellOf(precision, lf, vote + 1, label)]!),
      ),
    ),
    converged: true,
    iterations: 0,
    identified: totals.votes.some((votes) => votes > 0) && !unseen.includes(true),
    warnings: unseen.includes(true)
      ? ["Unidentified: no labeled row bears out some of the votes, whose accuracy is therefore the prior's."]
      : [],
  };
}

/**
 * Confusion of the model on its own validation rows, each predicted by what the others say of the LFs that vote on it
 * (leave one out, exactly, by taking the row from the counts). `confusion[truth][prediction]`, last column none.
 */
export function crossValidate(
  validation: LabeledHistogram,
  { prior }: ClassBalance,
  priors: Beliefs["priors"],
): number[][] {
  const { lfCount: m, labelCount: k, patterns, truthCounts } = validation;
  const seen = countLabeledVotes(validation, m, k);
  const presumed = priors.map((belief) => prior.map((_share, vote) => presumePrecision(vote, prior, belief)));
  const confusion = Array.from({ length: k }, () => new Array<number>(k + 1).fill(0));
  for (let cell = 0; cell < truthCounts.length; cell++) {
    const rows = truthCounts[cell]!;
    if (rows === 0) continue;
    const [pattern, truth] = [Math.floor(cell / k), cell % k];
    const votes = patterns.subarray(pattern * m, (pattern + 1) * m);
    const prediction = votes.some((vote) => vote >= 0)
      ? decideLabel(
          combineVotes(votes, prior, (lf, vote) => {
            const others = votesSeen(seen, lf, vote).slice();
            others[truth]! -= 1;
            return shrinkPrecision(others, presumed[lf]![vote]!);
          }),
          prior,
        )
      : ABSTAIN;
    confusion[truth]![prediction === ABSTAIN ? k : prediction]! += rows;
  }
  return confusion;
}

/** P(y | votes) ∝ p_y ∏ P(y | vote_i) / p_y over the LFs that vote. */
function combineVotes(
  votes: ArrayLike<number>,
  prior: readonly number[],
  precisionOf: (lf: number, vote: number) => Float64Array,
): Float64Array {
  const logs = Float64Array.from(prior, (share) => Math.log(share));
  for (let lf = 0; lf < votes.length; lf++) {
    const vote = votes[lf]!;
    if (vote < 0) continue;
    const precision = precisionOf(lf, vote);
    for (let label = 0; label < prior.length; label++) {
      if (prior[label]! > 0) logs[label]! += Math.log(precision[label]! / prior[label]!);
    }
  }
  return normalizeLogs(logs);
}

/** Labeled rows on which an LF casts a vote, by true label. */
function votesSeen(seen: VoteTable, lf: number, vote: number): Float64Array {
  const first = cellOf(seen, lf, vote + 1, 0);
  return seen.values.subarray(first, first + seen.labelCount);
}

/** What a vote says before any row confirms it, and how many rows that weighs as much as. */
interface Presumption {
  readonly precision: readonly number[];
  readonly rows: number;
}

/** P(label | vote): empirical, shrunk towards the presumption. Labels presumed impossible stay so. */
function shrinkPrecision(rows: Float64Array, presumption: Presumption): Float64Array {
  const { precision } = presumption;
  const possible = rows.map((count, label) => (precision[label] === 0 ? 0 : count));
  const total = possible.reduce((sum, count) => sum + count, presumption.rows);
  return possible.map((count, label) => clampShare((count + presumption.rows * precision[label]!) / total));
}

/**
 * The LF's own prior. Without one its label has the larger of 0.7 and what remains when the vote removes 40 % of the doubt
 * (the same 0.7 for two even labels). The others share the rest by class balance; a vote for a label of prior 0 says nothing.
 */
function presumePrecision(vote: number, prior: readonly number[], belief: PrecisionPrior | null): Presumption {
  const right = belief?.mean ?? Math.max(PRESUMED_PRECISION, 1 - 0.6 * (1 - prior[vote]!));
  return { precision: spreadPrecision(right, vote, prior), rows: belief?.strength ?? PRIOR_ROWS };
}
