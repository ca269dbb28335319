import type { ClassBalance } from "./class-balance.js";
import { countTruth } from "./class-balance.js";
import { labelingLimits } from "./limits.js";
import { cellOf, clampShare, createVoteTable, listConditional, type ModelFit, type VoteTable } from "./model-fit.js";
import { type Beliefs, joinBeliefs } from "./precision.js";
import { ABSTAIN, type LabeledHistogram, type VoteHistogram } from "./vote-histogram.js";
import type { VoteTotals } from "./vote-totals.js";

/** Change of the prior, and of all conditional probabilities, summed, below which EM has converged. */
const CHANGE_TOLERANCE = 1e-8;

/**
 * Dawid & Skene 1979 with abstain as a symbol, on patterns instead of rows. Starts from vote shares (uniform where nothing
 * voted), then maximizes and expects in turn; no smoothing. Labeled rows of `validation` enter the maximization with the
 * label that they have: they name the classes, and never outweigh the votes. A prior of an LF moves its precision after each
 * maximization, as further rows on which it votes; how often it votes stays as observed.
 * @param balance a given one is held fixed, otherwise EM learns the prior.
 */
export function fitEm(
  train: VoteHistogram,
  totals: VoteTotals,
  balance: ClassBalance,
  priors: Beliefs["priors"],
  validation?: LabeledHistogram,
): ModelFit {
  const { lfCount: m, labelCount: k } = train;
  const fixed = balance.source === "given";
  const points = gatherPoints(train, validation);
  let prior: Float64Array = Float64Array.from(balance.prior);
  let table = createVoteTable(m, k);
  const beliefs = { seen: createVoteTable(m, k), priors };
  const cost = (points.counts.length + 1) * m * k * 2;
  const maxIterations = Math.min(
    labelingLimits.emIterations,
    Math.max(20, Math.floor(labelingLimits.fitOperations / cost)),
  );
  let iterations = 0;
  let converged = false;
  startResponsibilities(points, prior);
  while (iterations < maxIterations && !converged) {
    const next = maximize(points, m, fixed ? prior : undefined);
    joinBeliefs(next.table, beliefs, totals, [...next.prior]);
    const change = distance(next.prior, prior);
    const tableChange = distance(next.table.values, table.values);
    ({ prior, table } = next);
    expect(points, table, prior);
    iterations++;
    converged = iterations > 1 && change < CHANGE_TOLERANCE && tableChange < CHANGE_TOLERANCE;
  }
  const learned: ClassBalance = fixed ? balance : { prior: [...prior], source: "learned" };
  const { votes, rows } = totals;
  const weights = votes.map((count, lf) => {
    if (count === 0) return null;
    let right = 0;
    let voted = 0;
    for (let label = 0; label < k; label++) {
      right += prior[label]! * table.values[cellOf(table, lf, label + 1, label)]!;
      for (let vote = 1; vote <= k; vote++) voted += prior[label]! * table.values[cellOf(table, lf, vote, label)]!;
    }
    return voted === 0 ? null : clampShare(right / voted);
  });
  const labels = validation === undefined ? [] : countTruth(validation).filter((count) => count > 0);
  return {
    model: "em",
    balance: learned,
    weights,
    conditional: listConditional(table, votes, learned.prior),
    converged,
    iterations,
    identified: votes.filter((count) => count > 0).length >= 3 || labels.length > 1,
    warnings:
      collapsed(prior, rows) && !fixed
        ? ["EM gave all rows to one label: the votes do not tell the labels apart."]
        : [],
  };
}

/** Patterns with their rows, and for each the share of its rows that has each label. */
interface Points {
  readonly labelCount: number;
  /** Symbols (0 abstains), `symbols[point * m + lf]`. */
  readonly symbols: Uint8Array;
  readonly counts: Float64Array;
  /** `shares[point * k + label]`; fixed for labeled points. */
  readonly shares: Float64Array;
  /** Points from this one on are labeled rows. */
  readonly firstLabeled: number;
}

function gatherPoints(train: VoteHistogram, validation: LabeledHistogram | undefined): Points {
  const { lfCount: m, labelCount: k } = train;
  const shown = (counts: Float64Array) => [...counts.keys()].filter((pattern) => counts[pattern]! > 0);
  const unlabeled = shown(train.counts);
  const labeledRows = (pattern: number) =>
    validation === undefined ? 0 : sumOf(validation.truthCounts.subarray(pattern * k, (pattern + 1) * k));
  const labeled =
    validation === undefined ? [] : shown(validation.counts).filter((pattern) => labeledRows(pattern) > 0);
  const size = unlabeled.length + labeled.length;
  const symbols = new Uint8Array(size * m);
  const counts = new Float64Array(size);
  const shares = new Float64Array(size * k);
  const place = (point: number, source: VoteHistogram, pattern: number) => {
    for (let lf = 0; lf < m; lf++) symbols[point * m + lf] = source.patterns[pattern * m + lf]! - ABSTAIN;
  };
  for (const [point, pattern] of unlabeled.entries()) {
    place(point, train, pattern);
    counts[point] = train.counts[pattern]!;
  }
  for (const [index, pattern] of labeled.entries()) {
    const point = unlabeled.length + index;
    const rows = labeledRows(pattern);
    place(point, validation!, pattern);
    counts[point] = rows;
    for (let label = 0; label < k; label++) {
      shares[point * k + label] = validation!.truthCounts[pattern * k + label]! / rows;
    }
  }
  return { labelCount: k, symbols, counts, shares, firstLabeled: unlabeled.length };
}

/** Vote shares; uniform without votes. Labels of prior 0 get nothing. */
function startResponsibilities(points: Points, prior: Float64Array): void {
  const { labelCount: k, symbols, shares } = points;
  const m = symbols.length / points.counts.length;
  for (let point = 0; point < points.firstLabeled; point++) {
    const share = shares.subarray(point * k, (point + 1) * k);
    for (let lf = 0; lf < m; lf++) {
      const symbol = symbols[point * m + lf]!;
      if (symbol > 0 && prior[symbol - 1]! > 0) share[symbol - 1]! += 1;
    }
    if (sumOf(share) === 0) for (let label = 0; label < k; label++) share[label] = prior[label]! > 0 ? 1 : 0;
    const sum = sumOf(share);
    for (let label = 0; label < k; label++) share[label]! /= sum;
  }
}

function maximize(points: Points, m: number, fixedPrior: Float64Array | undefined) {
  const { labelCount: k, symbols, counts, shares } = points;
  const table = createVoteTable(m, k);
  const { values } = table;
  const totals = new Float64Array(k);
  for (let point = 0; point < counts.length; point++) {
    for (let label = 0; label < k; label++) {
      const rows = counts[point]! * shares[point * k + label]!;
      if (rows === 0) continue;
      totals[label]! += rows;
      for (let lf = 0; lf < m; lf++) values[(lf * (k + 1) + symbols[point * m + lf]!) * k + label]! += rows;
    }
  }
  for (let lf = 0; lf < m; lf++) {
    for (let label = 0; label < k; label++) {
      const total = totals[label]!;
      for (let symbol = 0; total > 0 && symbol <= k; symbol++) values[cellOf(table, lf, symbol, label)]! /= total;
    }
  }
  const rows = sumOf(totals);
  return { table, prior: fixedPrior ?? totals.map((total) => total / rows) };
}

/** Bayes' rule for every unlabeled point, in logarithms; the hot loop of EM, so nothing is allocated in it. */
function expect(points: Points, table: VoteTable, prior: Float64Array): void {
  const { labelCount: k, symbols, shares } = points;
  const { lfCount: m } = table;
  const logVote = table.values.map(Math.log);
  const logPrior = prior.map(Math.log);
  for (let point = 0; point < points.firstLabeled; point++) {
    const first = point * k;
    let largest = Number.NEGATIVE_INFINITY;
    for (let label = 0; label < k; label++) {
      let log = logPrior[label]!;
      for (let lf = 0; lf < m; lf++) log += logVote[(lf * (k + 1) + symbols[point * m + lf]!) * k + label]!;
      shares[first + label] = log;
      if (log > largest) largest = log;
    }
    if (largest === Number.NEGATIVE_INFINITY) {
      // Priors of LFs may hold a pattern that occurs for impossible under every label: it then says nothing.
      shares.set(prior, first);
      continue;
    }
    let sum = 0;
    for (let label = 0; label < k; label++) {
      const weight = Math.exp(shares[first + label]! - largest);
      shares[first + label] = weight;
      sum += weight;
    }
    for (let label = 0; label < k; label++) shares[first + label]! /= sum;
  }
}

/** True when all labels but one have less than half a row. */
function collapsed(prior: Float64Array, rows: number): boolean {
  return prior.filter((share) => share * rows > 0.5).length < 2;
}

function distance(first: Float64Array, second: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < first.length; index++) sum += Math.abs(first[index]! - second[index]!);
  return sum;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
