import { FlamencoError } from "@flamenco/policies/errors";
import type { ClassBalance } from "./class-balance.js";
import type { TripletSummary } from "./label-model.js";
import { cellOf, clampShare, createVoteTable, listConditional, type ModelFit } from "./model-fit.js";
import type { PairCounts } from "./pair-counts.js";
import { type Beliefs, joinBeliefs } from "./precision.js";
import type { VoteTotals } from "./vote-totals.js";

/**
 * FlyingSquid's closed form (Fu et al. 2020) for two labels. With votes and labels written as -1 and 1 and abstaining as 0,
 * any three LFs that are independent given the label and better than chance have
 * E[λ_i Y] = sqrt(E[λ_i λ_j] E[λ_i λ_k] / E[λ_j λ_k]); the mean or median over all pairs j, k is taken. The joint P(λ_i, Y)
 * follows from it, the shares of votes and the class balance, abstaining being no evidence.
 *
 * As upstream (commit 28a713a): a triplet whose denominator is 0 counts as 0, so that LFs which never meet drag the others
 * down; a joint probability below 0 has its sign turned and the six are scaled to sum to 1. Unlike upstream the class
 * balance enters with Bayes' exponent m - 1; upstream's m - 2 counts it twice.
 * @throws FLM_LABEL_MODEL for a task of more than two labels: the closed form is about two.
 */
export function fitTriplets(
  pairs: PairCounts,
  totals: VoteTotals,
  balance: ClassBalance,
  beliefs: Beliefs,
  summary: TripletSummary,
): ModelFit {
  const { lfCount: m, labelCount: k } = pairs;
  if (k !== 2) {
    throw new FlamencoError(
      "FLM_LABEL_MODEL",
      `The triplets model is for two labels, and this task has ${k}. Use em, which reads whole patterns.`,
    );
  }
  const { prior } = balance;
  const { moments, undefinedPairs } = multiplyVotes(pairs);
  const agreements = totals.votes.map((_, lf) => summarize(listTriplets(moments, m, lf), summary));
  const table = createVoteTable(m, k);
  let turned = 0;
  for (let lf = 0; lf < m; lf++) {
    if (totals.votes[lf] === 0) continue;
    const { joint, negative } = jointOf(totals, lf, agreements[lf]!, prior[1]!);
    if (negative) turned++;
    for (const [cell, value] of joint.entries()) {
      const [symbol, label] = [Math.floor(cell / k), cell % k];
      // Not clamped: with a turned sign P(vote | label) may pass 1, and what it is over the labels still counts.
      if (prior[label]! > 0) table.values[cellOf(table, lf, symbol, label)] = value / prior[label]!;
    }
  }
  const changed = joinBeliefs(table, beliefs, totals, prior);
  const precision = totals.votes.map((_, lf) =>
    [1, 2].map((symbol) => {
      const joint = prior.map((share, label) => share * table.values[cellOf(table, lf, symbol, label)]!);
      const sum = joint.reduce((total, value) => total + value, 0);
      return sum === 0 ? [...prior] : joint.map((value) => clampShare(value / sum));
    }),
  );
  const weights = totals.votes.map((votes, lf) => {
    if (votes === 0) return null;
    if (!changed.has(lf)) return clampShare((1 + (agreements[lf]! * totals.rows) / votes) / 2);
    const right = precision[lf]!.map((shares, vote) => shares[vote]! * totals.byLabel[lf]![vote]!);
    return clampShare((right[0]! + right[1]!) / votes);
  });
  const oneSided = totals.byLabel.filter((votes) => votes.filter((count) => count > 0).length === 1).length;
  return {
    model: "triplets",
    balance,
    weights,
    conditional: listConditional(table, totals.votes, prior),
    precision,
    converged: true,
    iterations: 0,
    identified: totals.votes.filter((votes) => votes > 0).length >= 3,
    warnings: [
      ...(undefinedPairs > 0
        ? [
            `${undefinedPairs} pairs of labeling functions say nothing of each other (they never meet, or agree as often as not); triplets that rest on them count as 0 and pull the weights towards chance.`,
          ]
        : []),
      ...(turned > 0
        ? [
            `The closed form gives ${turned} labeling functions a negative probability somewhere; its sign was turned, as FlyingSquid does. The class balance or the independence of the labeling functions is in doubt.`,
          ]
        : []),
      ...(oneSided > 0
        ? [
            `${oneSided} labeling functions vote for one label only, while the closed form takes abstaining for blind: compare with em.`,
          ]
        : []),
    ],
  };
}

/** E[λ_i λ_j], and how many pairs of voting LFs have none. */
function multiplyVotes({ lfCount: m, rows, counts }: PairCounts) {
  const moments = new Float64Array(m * m);
  let undefinedPairs = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < i; j++) {
      const cell = (a: number, b: number) => counts[(2 * i + a) * 2 * m + 2 * j + b]!;
      const product = cell(0, 0) + cell(1, 1) - cell(0, 1) - cell(1, 0);
      if (product === 0) undefinedPairs++;
      moments[i * m + j] = product / rows;
      moments[j * m + i] = product / rows;
    }
  }
  return { moments, undefinedPairs };
}

/** What each pair of other LFs says of E[λ_lf Y]. */
function listTriplets(moments: Float64Array, m: number, lf: number): Float64Array {
  const values = new Float64Array(((m - 1) * (m - 2)) / 2);
  let place = 0;
  for (let j = 0; j < m; j++) {
    if (j === lf) continue;
    for (let k = 0; k < j; k++) {
      if (k === lf) continue;
      const other = moments[j * m + k]!;
      values[place++] = other === 0 ? 0 : Math.sqrt(Math.abs((moments[lf * m + j]! * moments[lf * m + k]!) / other));
    }
  }
  return values;
}

function summarize(values: Float64Array, summary: TripletSummary): number {
  if (summary === "mean") return values.reduce((sum, value) => sum + value, 0) / values.length;
  const sorted = values.sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** P(symbol, label), cell `symbol * 2 + label`, symbol 0 abstains: what P(λY = 1), the votes and the balance leave open. */
function jointOf(totals: VoteTotals, lf: number, agreement: number, positive: number) {
  const coverage = totals.votes[lf]! / totals.rows;
  const votesForOne = totals.byLabel[lf]![1]! / totals.rows;
  const right = (coverage + agreement) / 2;
  const bothOne = (votesForOne + positive * coverage - (coverage - right)) / 2;
  const raw = [
    (1 - coverage) * (1 - positive),
    (1 - coverage) * positive,
    right - bothOne,
    positive * coverage - bothOne,
    votesForOne - bothOne,
    bothOne,
  ];
  // Differences of shares are exact to about 1e-16: less below 0 than that is 0.
  const settled = raw.map((value) => (Math.abs(value) < 1e-15 ? 0 : value));
  const sum = settled.reduce((total, value) => total + Math.abs(value), 0);
  return {
    joint: settled.map((value) => Math.abs(value) / sum),
    negative: settled.some((value) => value < 0),
  };
}
