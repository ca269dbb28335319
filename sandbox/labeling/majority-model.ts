import type { ClassBalance } from "./class-balance.js";
import type { ModelFit } from "./model-fit.js";
import type { VoteTotals } from "./vote-totals.js";

/** Majority vote: the soft label of a pattern is each label's share of its votes. It learns nothing about the LFs. */
export function fitMajority(totals: VoteTotals, balance: ClassBalance): ModelFit {
  const k = balance.prior.length;
  return {
    model: "majority",
    balance,
    weights: totals.votes.map(() => null),
    conditional: totals.votes.map(() => Array.from({ length: k + 1 }, () => new Array<null>(k).fill(null))),
    converged: true,
    iterations: 0,
    identified: true,
    warnings: ["Majority vote weighs all labeling functions alike: it has no weights."],
  };
}
