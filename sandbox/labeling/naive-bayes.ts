import { cellOf, type VoteTable } from "./model-fit.js";

/** Stands for a probability of 0 in a product: a pattern that the model holds impossible still gets a defined answer. */
const TINY = 1e-100;

/**
 * Bayes' rule with LFs independent given the label, in logarithms: P(y | votes) ∝ p_y ∏ P(vote_i | y). Labels of prior 0
 * keep probability 0.
 * @param options.abstainSpeaks whether abstaining is evidence too; otherwise only votes are.
 */
export function createPosterior(
  table: VoteTable,
  prior: readonly number[],
  { abstainSpeaks }: { abstainSpeaks: boolean },
): (votes: ArrayLike<number>) => Float64Array {
  const { lfCount, labelCount } = table;
  const logVote = table.values.map((value) => Math.log(Math.max(value, TINY)));
  const logPrior = prior.map((share) => (share > 0 ? Math.log(share) : Number.NEGATIVE_INFINITY));
  return (votes) => {
    const soft = Float64Array.from(logPrior);
    for (let lf = 0; lf < lfCount; lf++) {
      const symbol = votes[lf]! + 1;
      if (symbol === 0 && !abstainSpeaks) continue;
      const first = cellOf(table, lf, symbol, 0);
      for (let label = 0; label < labelCount; label++) soft[label]! += logVote[first + label]!;
    }
    return normalizeLogs(soft);
  };
}

/** Turn logarithms of weights into probabilities, in place. At least one must be finite. */
export function normalizeLogs(logs: Float64Array): Float64Array {
  const largest = Math.max(...logs);
  let sum = 0;
  for (let label = 0; label < logs.length; label++) {
    logs[label] = Math.exp(logs[label]! - largest);
    sum += logs[label]!;
  }
  for (let label = 0; label < logs.length; label++) logs[label]! /= sum;
  return logs;
}
