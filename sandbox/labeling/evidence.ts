import { normalizeLogs } from "./log-weights.js";
import type { ModelFit } from "./model-fit.js";

/** Stands for a probability of 0 in a product: a pattern that the model holds impossible still gets a defined answer. */
const TINY = 1e-100;

/** What prediction needs of a fit. All of it is in the document too, so that a loaded model predicts as the fitted one. */
export type ModelParameters = Pick<ModelFit, "model" | "conditional" | "precision"> & {
  readonly balance: Pick<ModelFit["balance"], "prior">;
};

/** How a model turns votes into a soft label: a prior, and what each vote says for and against each label. */
export interface Evidence {
  readonly labelCount: number;
  readonly logPrior: Float64Array;
  /**
   * `logs[(lf * (k + 1) + symbol) * k + label]`, symbol 0 abstains: what the LF's doing so adds to the logarithm of the
   * label's weight. 0 for all labels where it says nothing.
   */
  readonly logs: Float64Array;
}

/**
 * The evidence of each vote under a model. `moments`, `em` and `one-coin`: log P(vote | label); `triplets` and `validated`:
 * log P(label | vote) / P(label), the same up to a constant. Only in `em` does abstaining speak. An LF of which nothing is
 * known says nothing. Majority vote has no evidence: `null`.
 */
export function gatherEvidence({ model, balance, conditional, precision }: ModelParameters): Evidence | null {
  if (model === "majority") return null;
  const { prior } = balance;
  const k = prior.length;
  const logs = new Float64Array(conditional.length * (k + 1) * k);
  for (const [lf, likelihoods] of conditional.entries()) {
    for (let symbol = model === "em" ? 0 : 1; symbol <= k; symbol++) {
      for (let label = 0; label < k; label++) {
        const share = prior[label]!;
        if (share === 0) continue;
        const likelihood =
          precision === undefined ? likelihoods[symbol]![label]! : precision[lf]![symbol - 1]![label]! / share;
        if (likelihood !== null) logs[(lf * (k + 1) + symbol) * k + label] = Math.log(Math.max(likelihood, TINY));
      }
    }
  }
  return { labelCount: k, logPrior: Float64Array.from(prior, Math.log), logs };
}

/**
 * Bayes' rule with LFs independent given the label, P(y | votes) ∝ p_y ∏ P(vote_i | y), in logarithms; for majority vote
 * each label's share of the votes. Labels of prior 0 keep probability 0. A pattern holds at least one vote.
 */
export function createPredictor(parameters: ModelParameters): (votes: ArrayLike<number>) => Float64Array {
  const evidence = gatherEvidence(parameters);
  const lfCount = parameters.conditional.length;
  const k = parameters.balance.prior.length;
  if (evidence === null) return (votes) => shareVotes(votes, lfCount, k);
  const { logPrior, logs } = evidence;
  return (votes) => {
    const soft = Float64Array.from(logPrior);
    for (let lf = 0; lf < lfCount; lf++) {
      const first = (lf * (k + 1) + votes[lf]! + 1) * k;
      for (let label = 0; label < k; label++) soft[label]! += logs[first + label]!;
    }
    return normalizeLogs(soft);
  };
}

function shareVotes(votes: ArrayLike<number>, lfCount: number, k: number): Float64Array {
  const shares = new Float64Array(k);
  let count = 0;
  for (let lf = 0; lf < lfCount; lf++) {
    const vote = votes[lf]!;
    if (vote < 0) continue;
    shares[vote]! += 1;
    count++;
  }
  return shares.map((share) => share / count);
}
