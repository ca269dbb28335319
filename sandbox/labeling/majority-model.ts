import type { ClassBalance } from "./class-balance.js";
import type { ModelFit } from "./model-fit.js";
import type { VoteTotals } from "./vote-totals.js";

/** Majority vote: the soft label of a pattern is each label's share of its votes. It learns nothing about the LFs. */
export function fitMajority(totals: VoteTotals, balance: ClassBalance): ModelFit {
  const k = balance.prior.length;
  const unknown = totals.votes.map(() => Array.from({ length: k + 1 }, () => new Array<null>(k).fill(null)));
  return {
    balance,
    weights: totals.votes.map(() => null),
    conditional: unknown,
    converged: true,
    iterations: 0,
    identified: true,
    warnings: ["Majority vote weighs all labeling functions alike: it has no weights."],
    predict: (votes) => {
      const shares = new Float64Array(k);
      let count = 0;
      for (let lf = 0; lf < totals.votes.length; lf++) {
        const vote = votes[lf]!;
        if (vote < 0) continue;
        shares[vote]! += 1;
        count++;
      }
      return shares.map((share) => share / count);
    },
  };
}
