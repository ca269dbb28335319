import { decideLf } from "@flamenco/language";
import type { TreeOutput } from "@flamenco/policies/wire";
import { buildChainTree, buildExactTree, type LfOrder, measureImportance, orderLfs } from "../../explain/index.js";
import { type FittedLabelModel, predictSoftLabels, type VoteHistogram } from "../../labeling/index.js";
import type { FeatureRanking } from "../../preprocess/index.js";
import type { SampledRows } from "./chunk-voter.js";
import type { JobLf } from "./job-packages.js";

/** The order of LFs in trees, and the importance of the fields behind it. */
export interface TreePlan {
  readonly lfs: readonly JobLf[];
  readonly labels: readonly string[];
  readonly ranking: LfOrder;
  readonly importance: FeatureRanking;
}

/** Rank fields on sampled rows: against ground truth of training rows where there is any, else soft labels. */
export function planTrees(
  lfs: readonly JobLf[],
  labels: readonly string[],
  { columns, truth, parts, patternOfRow }: SampledRows,
  model: FittedLabelModel,
  train: VoteHistogram,
  seed: number,
): TreePlan {
  const labeled = truth.some((label, row) => label >= 0 && parts[row] === 0);
  const importance = measureImportance({
    columns,
    labels: labeled ? { truth, labelCount: labels.length } : { patternOfRow, soft: predictSoftLabels(model, train) },
    parts,
    seed,
  });
  const read = lfs.map(({ name, verified }) => ({ name, fields: verified.certificate.fields }));
  return { lfs, labels, ranking: orderLfs(read, importance.features), importance };
}

/** The chain, with each leaf's share of all rows. */
export function chainOutput(plan: TreePlan, histogram: VoteHistogram): TreeOutput {
  const { lfs, labels, ranking } = plan;
  const decided = lfs.map(({ name, verified }) => ({ name, decision: decideLf(verified).tree }));
  const tree = buildChainTree({ lfs: decided, order: ranking.order, labels, histogram });
  return { form: "chain", ...describePlan(plan), tree };
}

/** The exact tree, its conditions symbolic, with each leaf's share of all rows; and what it predicts for a pattern. */
export function exactOutput(plan: TreePlan, model: FittedLabelModel, histogram: VoteHistogram) {
  const { lfs, labels, ranking, importance } = plan;
  const { order } = ranking;
  const { form, reason, tree, predict } = buildExactTree({
    lfs,
    labels,
    model,
    importance: importance.features,
    order,
    histogram,
  });
  const output: TreeOutput = { form, ...(reason === undefined ? {} : { reason }), ...describePlan(plan), tree };
  return { output, predict };
}

function describePlan({ lfs, ranking, importance }: TreePlan): Pick<TreeOutput, "order" | "importance"> {
  const { order, importance: importanceOfLf } = ranking;
  return {
    order: order.map((lf) => ({ lf: lfs[lf]!.name, importance: importanceOfLf[lf] ?? null })),
    importance,
  };
}
