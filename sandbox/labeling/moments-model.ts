import { Matrix } from "ml-matrix";
import type { ClassBalance } from "./class-balance.js";
import { followDescent } from "./descent-path.js";
import { labelingLimits } from "./limits.js";
import { cellOf, clampShare, createVoteTable, listConditional, type ModelFit } from "./model-fit.js";
import type { PairCounts } from "./pair-counts.js";
import { factorPairShares } from "./pair-factoring.js";
import { type Beliefs, joinBeliefs } from "./precision.js";
import type { VoteTotals } from "./vote-totals.js";

/**
 * Snorkel scales its start by one random number. This is the one that the seed of its tutorials, 123, draws first
 * (NumPy's MT19937); with two labels the optimum does not depend on it.
 */
const START_SCALE = 0.6964691855978616;
/** Precision that the start of the fit assumes of every LF (Snorkel's `prec_init`). */
const START_PRECISION = 0.7;

/**
 * The moments model: Snorkel's LabelModel (Ratner et al. 2019), from pairwise counts alone and run to convergence. Votes
 * that never occur are left out of the fit: their parameters stay at 0 in Snorkel's too. Abstaining is no evidence.
 * Labels of prior 0 are impossible.
 */
export function fitMoments(pairs: PairCounts, totals: VoteTotals, balance: ClassBalance, beliefs: Beliefs): ModelFit {
  const { lfCount: m, labelCount: k, rows, counts } = pairs;
  const size = m * k;
  const voteCount = (vote: number) => counts[vote * size + vote]!;
  const occurring = Array.from({ length: size }, (_, vote) => vote).filter((vote) => voteCount(vote) > 0);
  const active = balance.prior.flatMap((share, label) => (share > 0 ? [label] : []));
  const prior = active.map((label) => balance.prior[label]!);
  const votesOf = totals.votes;

  const mu = startMu(occurring, active, prior, k, (vote) => voteCount(vote) / rows);
  const fitted =
    active.length > 1 && occurring.length > 0
      ? fitMu(mu, occurring, prior, pairs)
      : { mu, converged: true, iterations: 0, ranAway: false };
  if (active.length === 2) orientMu(fitted.mu, occurring, active, prior, k);
  if (active.length > 2) permuteLabels(fitted.mu, occurring, active, prior, k);

  // Snorkel's clamp, which keeps every likelihood ratio finite.
  const epsilon = Math.min(0.01, 10 ** -Math.ceil(Math.log10(Math.max(rows, 1))));
  const table = createVoteTable(m, k);
  for (let lf = 0; lf < m; lf++) {
    for (const label of active) {
      for (let vote = 0; vote < k; vote++) table.values[cellOf(table, lf, vote + 1, label)] = epsilon;
    }
  }
  for (const [row, vote] of occurring.entries()) {
    for (const [column, label] of active.entries()) {
      const value = Math.min(1 - epsilon, Math.max(epsilon, fitted.mu.get(row, column)));
      table.values[cellOf(table, Math.floor(vote / k), (vote % k) + 1, label)] = value;
    }
  }
  for (let lf = 0; lf < m; lf++) {
    for (const label of active) {
      let sum = 0;
      for (let vote = 0; vote < k; vote++) sum += table.values[cellOf(table, lf, vote + 1, label)]!;
      table.values[cellOf(table, lf, 0, label)] = clampShare(1 - sum);
    }
  }
  joinBeliefs(table, beliefs, totals, balance.prior);
  const weights = votesOf.map((votes, lf) => {
    if (votes === 0) return null;
    let joint = 0;
    for (const label of active) joint += table.values[cellOf(table, lf, label + 1, label)]! * balance.prior[label]!;
    return clampShare(joint / (votes / rows));
  });
  return {
    model: "moments",
    balance,
    weights,
    conditional: listConditional(table, votesOf, balance.prior),
    converged: fitted.converged,
    iterations: fitted.iterations,
    identified: votesOf.filter((votes) => votes > 0).length >= 3 && active.length < 3,
    warnings: [
      ...(active.length > 2
        ? [
            "With three or more labels pairwise counts do not determine the weights: trust the predicted labels more than the probabilities.",
          ]
        : []),
      ...(fitted.ranAway
        ? [
            "No accuracies of independent labeling functions yield these pairwise counts; the fit ran off and its bounds decide.",
          ]
        : []),
    ],
  };
}

/** mu0[vote for y, y] = clamp(share * precision / p_y, 0, 1), else 0; for one possible label the answer itself. */
function startMu(
  occurring: readonly number[],
  active: readonly number[],
  prior: readonly number[],
  k: number,
  shareOf: (vote: number) => number,
): Matrix {
  const mu = Matrix.zeros(occurring.length, active.length);
  for (const [row, vote] of occurring.entries()) {
    if (active.length === 1) mu.set(row, 0, shareOf(vote));
    const column = active.indexOf(vote % k);
    if (active.length > 1 && column >= 0) {
      mu.set(row, column, clampShare((shareOf(vote) * START_PRECISION) / prior[column]!));
    }
  }
  return mu;
}

function fitMu(start: Matrix, occurring: readonly number[], prior: readonly number[], pairs: PairCounts) {
  const { lfCount: m, labelCount: k, rows, counts } = pairs;
  const shares = Matrix.zeros(occurring.length, occurring.length);
  for (const [row, first] of occurring.entries()) {
    for (const [column, second] of occurring.entries()) {
      shares.set(row, column, counts[first * m * k + second]! / rows);
    }
  }
  const rootPrior = prior.map(Math.sqrt);
  const lfOfVote = occurring.map((vote) => Math.floor(vote / k));
  const costOfIteration = 6 * occurring.length ** 2 * prior.length;
  const maxIterations = Math.min(
    labelingLimits.momentsIterations,
    Math.max(50, Math.floor(labelingLimits.fitOperations / costOfIteration)),
  );
  const target = { shares, lfOfVote, rootPrior };
  const way =
    prior.length < 3
      ? { mu: start, epochs: 0 }
      : followDescent(target, start.clone().mul(START_SCALE), labelingLimits.descentOperations);
  const { factor, iterations, ...rest } = factorPairShares(
    target,
    way.mu.clone().mulRowVector(rootPrior),
    maxIterations,
  );
  return { mu: factor.divRowVector(rootPrior), iterations: iterations + way.epochs, ...rest };
}

/**
 * Two labels: reflecting mu about its mean over labels leaves every pair and vote share as it is, so the votes cannot tell
 * which side is which. Take the side on which LFs vote for the label that they name rather than against it.
 */
function orientMu(
  mu: Matrix,
  occurring: readonly number[],
  active: readonly number[],
  prior: readonly number[],
  k: number,
): void {
  let trust = 0;
  for (const [row, vote] of occurring.entries()) {
    const side = active.indexOf(vote % k);
    if (side >= 0) trust += (mu.get(row, 0) - mu.get(row, 1)) * (side === 0 ? 1 : -1);
  }
  if (trust >= 0) return;
  for (let row = 0; row < occurring.length; row++) {
    const difference = mu.get(row, 0) - mu.get(row, 1);
    mu.set(row, 0, mu.get(row, 0) - 2 * prior[1]! * difference);
    mu.set(row, 1, mu.get(row, 1) + 2 * prior[0]! * difference);
  }
}

/**
 * Three or more labels: exchanging labels of the same prior leaves the objective as it is. Take the order in which the LFs
 * are right most often, Σ_i P(LF i votes y, Y = y), as Snorkel does.
 */
function permuteLabels(
  mu: Matrix,
  occurring: readonly number[],
  active: readonly number[],
  prior: readonly number[],
  k: number,
): void {
  const c = active.length;
  // trust[y][column]: how often votes for y fall together with the column's label.
  const trust = active.map((label) =>
    prior.map((share, column) =>
      occurring.reduce((sum, vote, row) => (vote % k === label ? sum + mu.get(row, column) * share : sum), 0),
    ),
  );
  const samePrior = (a: number, b: number) => Math.abs(prior[a]! - prior[b]!) < 5e-4;
  let best: { columns: number[]; trust: number } = { columns: [], trust: Number.NEGATIVE_INFINITY };
  const extend = (columns: number[], sum: number) => {
    if (columns.length === c) {
      // Exchanges that gain nothing but rounding are not made.
      if (sum > best.trust + 1e-12) best = { columns, trust: sum };
      return;
    }
    const label = columns.length;
    for (let column = 0; column < c; column++) {
      if (columns.includes(column) || !samePrior(label, column)) continue;
      extend([...columns, column], sum + trust[label]![column]!);
    }
  };
  extend([], 0);
  const before = mu.clone();
  for (const [label, column] of best.columns.entries()) {
    for (let row = 0; row < mu.rows; row++) mu.set(row, label, before.get(row, column));
  }
}
