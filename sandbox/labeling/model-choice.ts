import type { LabelModel } from "@flamenco/policies/wire";
import { resolveClassBalance } from "./class-balance.js";
import { fitEm } from "./em-model.js";
import type { LabelModelOptions } from "./label-model.js";
import { fitMajority } from "./majority-model.js";
import type { ModelFit } from "./model-fit.js";
import { fitMoments } from "./moments-model.js";
import { countPairs } from "./pair-counts.js";
import { fitValidated } from "./validated-model.js";
import type { VoteHistogram } from "./vote-histogram.js";
import type { VoteTotals } from "./vote-totals.js";

export interface ChosenFit {
  readonly model: LabelModel["model"];
  /** Why this model, in one sentence. */
  readonly reason: string;
  readonly fit: ModelFit;
}

export function fitChosenModel(train: VoteHistogram, totals: VoteTotals, options: LabelModelOptions): ChosenFit {
  const { validation } = options;
  const balance = resolveClassBalance(train.labelCount, options.classBalance, validation);
  const voting = totals.votes.filter((votes) => votes > 0).length;
  if (options.model === "majority")
    return { model: "majority", reason: "Majority vote was asked for.", fit: fitMajority(totals, balance) };
  if (voting < 3) {
    return {
      model: "validated",
      reason: "Fewer than three labeling functions vote.",
      fit: fitValidated(totals, balance, validation),
    };
  }
  if (options.model === "em")
    return { model: "em", reason: "EM was asked for.", fit: fitEm(train, balance, validation) };
  return { model: "moments", reason: "The moments model was asked for.", fit: fitMoments(countPairs(train), balance) };
}
