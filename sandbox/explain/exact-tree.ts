import { decideLf, decideSet, type LfDecision, type VerifiedLf } from "@flamenco/language";
import {
  type DatasetStatistics,
  DecisionTree,
  parseDocument,
  type TreeLeaf,
  type TreeOutput,
} from "@flamenco/policies/wire";
import { type FittedLabelModel, predictPatterns, type VoteHistogram } from "../labeling/index.js";
import { buildChainTree, predictChain } from "./chain-tree.js";

export interface ExactTreeInput {
  readonly lfs: readonly { readonly name: string; readonly verified: VerifiedLf }[];
  /** The task's labels, in order. */
  readonly labels: readonly string[];
  /** The label model, fitted on votes of these LFs in this order. */
  readonly model: FittedLabelModel;
  /** Importance of fields: predicates about more important ones are asked first. */
  readonly importance: TreeOutput["importance"]["features"];
  /** LFs in the order in which they hang where there can be only a chain. */
  readonly order: readonly number[];
  /** Votes on the rows whose shares the leaves show. Absent: leaves show none. */
  readonly histogram?: VoteHistogram;
  /** Leaves out what no row of this dataset reaches; such a tree is for its owner's desk, for it tells of the values. */
  readonly statistics?: DatasetStatistics;
}

export interface ExactTree {
  /** `chain` where there is no exact tree within bounds; `reason` says why. */
  readonly form: "exact" | "chain";
  readonly reason?: string;
  readonly tree: DecisionTree;
  /** For walking rows; null for a chain. */
  readonly decision: LfDecision | null;
  /** What the tree predicts for the patterns of a histogram: label index, or -1 for none. */
  readonly predict: (histogram: VoteHistogram) => Int8Array;
}

/**
 * The tree whose prediction is the label model's on every row (design, "Interpretability trees"): predicates of the LFs by
 * importance, and at the leaves the label that the model gives to the votes that follow. A set whose tree would be too large
 * gets the chain, with the reason.
 * @throws FLM_TOO_LARGE when even the chain is.
 */
export function buildExactTree(input: ExactTreeInput): ExactTree {
  const { lfs, labels, model, importance, order, histogram, statistics } = input;
  const predict = (votes: VoteHistogram): Int8Array => predictPatterns(model, votes);
  const counts = Float64Array.of(1);
  const { decision, reason } = decideSet(
    lfs.map(({ name, verified }) => ({ name, lf: verified })),
    {
      decide: (patterns) => predict({ lfCount: lfs.length, labelCount: labels.length, patterns, counts })[0] ?? -1,
      importance: new Map(importance.map((feature) => [feature.field, feature.importance])),
      statistics,
    },
  );
  if (decision === null) {
    const tree = buildChainTree({
      lfs: lfs.map(({ name, verified }) => ({ name, decision: decideLf(verified).tree })),
      order,
      labels,
      ...(histogram === undefined ? {} : { histogram }),
    });
    return {
      form: "chain",
      reason: `A chain, for there is no exact tree within bounds: ${reason}.`,
      tree,
      decision: null,
      predict: (votes) => predictChain(order, votes),
    };
  }
  const shares = histogram === undefined ? undefined : sharePredictions(predict(histogram), histogram, labels);
  const nodes = decision.tree.nodes.map((node) => {
    if (node.type === "test" || shares === undefined) return node;
    return { ...node, share: shares.get(node.label) ?? 0 } satisfies TreeLeaf;
  });
  return { form: "exact", tree: parseDocument(DecisionTree, { nodes }, "tree"), decision, predict };
}

/** Share of rows by prediction; undefined over no rows. Equal leaves are one, so these are the shares of leaves. */
function sharePredictions(
  predictions: Int8Array,
  { counts }: VoteHistogram,
  labels: readonly string[],
): Map<string | null, number> | undefined {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  if (rows === 0) return undefined;
  const shares = new Map<string | null, number>();
  for (const [pattern, count] of counts.entries()) {
    const label = labels[predictions[pattern]!] ?? null;
    shares.set(label, Math.min(1, (shares.get(label) ?? 0) + count / rows));
  }
  return shares;
}
