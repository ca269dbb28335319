import { type ReleasePlan, showCount } from "@flamenco/policies/release";
import type { LabelModel, Metrics, NoisyVoteTable, Outputs, Scores, Task } from "@flamenco/policies/wire";
import { scoreNoisyConfusion } from "@flamenco/sandbox/labeling";
import type { VerifiedStudy } from "../verification/index.js";
import type { NoisyFindings, ShowCount } from "./noisy-findings.js";
import { explainByChain, noteMergedLeaves } from "./protected-tree.js";

/**
 * LFs as they hang in the chain: by weight, then by votes. One whose votes are too few to show does not hang: its leaves
 * would be small, and their rows go on to the LFs that follow.
 */
export function orderChain({ singles, sigma }: NoisyVoteTable, { weights }: LabelModel, show: ShowCount): number[] {
  const votes = singles.map((cells) => cells.reduce((sum, cell) => sum + cell, 0));
  return [...singles.keys()]
    .filter((lf) => singles[lf]!.some((cell) => show(cell, sigma) !== null))
    .sort((one, other) => (weights[other] ?? 0) - (weights[one] ?? 0) || votes[other]! - votes[one]! || one - other);
}

/** The outputs that a study asks for, from noisy counts alone. */
export function assembleOutputs(
  verified: VerifiedStudy,
  plan: ReleasePlan,
  findings: NoisyFindings,
  show: ShowCount,
): Outputs {
  const { study, dataset } = verified;
  const wants = new Set(study.outputs);
  const { analysis, labelModel, predictions } = findings;
  const tree = wants.has("tree") ? explainByChain(verified, plan, findings, show) : undefined;
  const metrics = wants.has("metrics")
    ? scorePredictors(predictions!.confusion, study.task, plan, dataset.manifest.truth !== null)
    : undefined;
  return {
    ...(wants.has("analysis") ? { analysis } : {}),
    ...(wants.has("labelModel") ? { labelModel } : {}),
    ...(metrics === undefined ? {} : { metrics: noteMergedLeaves(metrics, tree?.otherwiseRows ?? 0) }),
    ...(tree === undefined ? {} : { tree: tree.output }),
  };
}

/** Scores of label model and chain: margins of one noisy table of truth and both predictions. */
function scorePredictors(
  confusion: readonly number[],
  task: Task,
  { parts, minimumSupportRows }: ReleasePlan,
  hasTruth: boolean,
): Metrics {
  const k = task.labels.length;
  const sigma = parts.confusion?.sigma ?? 0;
  const cells = confusion.map((count, place) => {
    const chained = place % (k + 1);
    const predicted = Math.floor(place / (k + 1)) % (k + 1);
    return { count, chained, predicted, truth: Math.floor(place / (k + 1) ** 2) };
  });
  const sum = (counted: readonly { count: number }[]) => counted.reduce((total, { count }) => total + count, 0);
  const rows = Math.max(0, sum(cells));
  const known = hasTruth && showCount(rows, sigma * Math.sqrt(cells.length), minimumSupportRows) !== null;
  const score = (predictor: "predicted" | "chained"): Scores | null => {
    if (!known) return null;
    const counts = Array.from({ length: k * (k + 1) }, (_, place) =>
      sum(cells.filter((cell) => cell.truth * (k + 1) + cell[predictor] === place)),
    );
    return scoreNoisyConfusion({ counts, sigma: sigma * Math.sqrt(k + 1), minimumSupportRows }, task);
  };
  const differing = Math.max(0, sum(cells.filter(({ chained, predicted }) => chained !== predicted)));
  const difference = known ? Math.min(1, differing / rows) : null;
  return {
    split: "test",
    rows,
    labelModel: score("predicted"),
    tree: score("chained"),
    ...(difference === null
      ? {}
      : {
          predictors: ["labelModel", "tree"],
          differences: [
            [0, difference],
            [difference, 0],
          ],
        }),
    labelModelTreeDifference: difference,
    reasons: [
      known
        ? "Rows are those of the test split that count and have ground truth, with noise."
        : "Too few rows of the test split have ground truth.",
    ],
  };
}
