import { gatherEvidence } from "./evidence.js";
import type { FittedLabelModel } from "./label-model.js";
import { decideLabel } from "./predictions.js";
import { parametersOf } from "./saved-model.js";

/** What one LF contributes to a pattern's soft label. */
export interface Contribution {
  readonly lf: string;
  /** Label index; -1 abstains. */
  readonly vote: number;
  /** For `label` against `against`; 0 for one that says nothing. */
  readonly value: number;
}

/** Which LFs drove a soft label. */
export interface PatternExplanation {
  /** Probability of each label; `null` for a pattern without a vote. */
  readonly soft: readonly number[] | null;
  /** Predicted label, -1 for none. */
  readonly prediction: number;
  /** The most probable label, and the next one, which it is weighed against. */
  readonly label: number;
  readonly against: number;
  /**
   * `log-odds`: class balance and contributions add up to log(P(label) / P(against)). `vote share` (majority vote): they add
   * up to the difference of the two shares.
   */
  readonly unit: "log-odds" | "vote share";
  /** What the class balance alone contributes. */
  readonly balance: number;
  /** Of every LF, the strongest first. */
  readonly contributions: readonly Contribution[];
  readonly total: number;
}

/** Labels of prior 0, and votes that the model holds impossible, weigh at most this much. */
const MOST = 1e3;

/**
 * Take a pattern's soft label apart into what class balance and each LF contribute: the models are products over LFs, so in
 * logarithms the parts add up exactly.
 */
export function explainPattern(model: FittedLabelModel, votes: ArrayLike<number>): PatternExplanation {
  const { document, labelCount: k } = model;
  const soft = model.predictPattern(votes);
  const order = [...(soft ?? document.classBalance).entries()].sort((a, b) => b[1] - a[1]);
  const [label, against] = [order[0]![0], order[1]![0]];
  const evidence = gatherEvidence(parametersOf(document));
  const cast = Array.from({ length: model.lfCount }, (_, lf) => votes[lf]!);
  const count = cast.filter((vote) => vote >= 0).length;
  const contributions = cast.map((vote, lf) => {
    const first = (lf * (k + 1) + vote + 1) * k;
    const value =
      evidence === null
        ? (Number(vote === label) - Number(vote === against)) / Math.max(1, count)
        : bound(evidence.logs[first + label]! - evidence.logs[first + against]!);
    return { lf: document.lfs[lf]!, vote, value };
  });
  const balance = evidence === null ? 0 : bound(evidence.logPrior[label]! - evidence.logPrior[against]!);
  return {
    soft: soft === null ? null : [...soft],
    prediction: soft === null ? -1 : decideLabel(soft, document.classBalance),
    label,
    against,
    unit: evidence === null ? "vote share" : "log-odds",
    balance,
    contributions: contributions.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)),
    total: contributions.reduce((sum, { value }) => sum + value, balance),
  };
}

const bound = (value: number) => Math.min(MOST, Math.max(-MOST, value));
