import { decideLf } from "@flamenco/language";
import { type ReleasePlan, showCount } from "@flamenco/policies/release";
import type {
  Analysis,
  DecisionTree,
  LabelModel,
  Metrics,
  NoisyVoteTable,
  Outputs,
  Scores,
  Task,
  TreeOutput,
} from "@flamenco/policies/wire";
import { buildChainTree } from "@flamenco/sandbox/explain";
import { scoreNoisyConfusion } from "@flamenco/sandbox/labeling";
import type { VerifiedStudy } from "../verification/index.js";

/** Noisy counts of what the model and the chain predict, cell by cell as `PredictionCounts` has them. */
export interface NoisyPredictions {
  readonly confusion: readonly number[];
  readonly leaves: readonly number[];
}

/** How a noisy count is shown: the count, or null where it is too small. */
export type ShowCount = (noisy: number, sigma: number) => number | null;

/** Everything that outputs may follow from. */
export interface NoisyFindings {
  readonly table: NoisyVoteTable;
  readonly analysis: Analysis;
  readonly labelModel: LabelModel;
  /** LFs of the chain, first to hang first. */
  readonly order: readonly number[];
  /** Null where no output needs them. */
  readonly predictions: NoisyPredictions | null;
}

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
  { study, packages, dataset }: VerifiedStudy,
  plan: ReleasePlan,
  { analysis, labelModel, order, predictions }: NoisyFindings,
  show: ShowCount,
): Outputs {
  const wants = new Set(study.outputs);
  const { task } = study;
  const tree = (leaves: readonly number[]): TreeOutput => ({
    form: "chain",
    order: order.map((lf) => ({ lf: labelModel.lfs[lf]!, importance: labelModel.weights[lf] ?? null })),
    importance: { method: "weight in the protected label model; fields are not ranked", features: [] },
    tree: showLeaves(
      buildChainTree({
        lfs: packages
          .flatMap(({ lfs }) => lfs)
          .map((lf, index) => ({ name: labelModel.lfs[index]!, decision: decideLf(lf).tree })),
        order,
        labels: task.labels,
      }),
      { leaves, labelModel, task },
      (count) => show(count, plan.parts.leaves?.sigma ?? 0),
    ),
  });
  return {
    ...(wants.has("analysis") ? { analysis } : {}),
    ...(wants.has("labelModel") ? { labelModel } : {}),
    ...(wants.has("metrics")
      ? { metrics: scorePredictors(predictions!.confusion, task, plan, dataset.manifest.truth !== null) }
      : {}),
    ...(wants.has("tree") ? { tree: tree(predictions!.leaves) } : {}),
  };
}

/** Shares of the leaves that enough rows reach; the others have none. */
function showLeaves(
  tree: DecisionTree,
  { leaves, labelModel, task }: { leaves: readonly number[]; labelModel: LabelModel; task: Task },
  show: (count: number) => number | null,
): DecisionTree {
  const rows = leaves.reduce((sum, count) => sum + Math.max(0, count), 0);
  return {
    nodes: tree.nodes.map((node) => {
      if (node.type !== "leaf") return node;
      const lf = node.lf === undefined ? -1 : labelModel.lfs.indexOf(node.lf);
      const place = lf < 0 ? leaves.length - 1 : lf * task.labels.length + task.labels.indexOf(node.label ?? "");
      const count = show(leaves[place]!);
      return count === null ? node : { ...node, share: Math.min(1, count / rows) };
    }),
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
