import { decideLf, followDecision, type LfDecision, type LfRow, type VerifiedLf } from "@flamenco/language";
import type { DatasetStatistics } from "@flamenco/policies/wire";
import { explainPattern, type FittedLabelModel } from "../labeling/index.js";

/** One condition on a row's way, and whether it held. */
export interface RowStep {
  readonly condition: string;
  readonly answer: "yes" | "no" | "missing";
}

/** What one LF said of a row. */
export interface RowLf {
  readonly lf: string;
  /** Label, or null: it abstained. */
  readonly vote: string | null;
  readonly path: readonly RowStep[];
  /** What it adds to the row's soft label, see `contributions`; null where the row has none. Abstaining may add, too. */
  readonly contribution: number | null;
}

export interface RowExplanation {
  readonly lfs: readonly RowLf[];
  /** Probability of each label by name; null where no LF votes. */
  readonly softLabel: Readonly<Record<string, number>> | null;
  /** What the label model predicts; null for nothing. */
  readonly prediction: string | null;
  /**
   * What the LFs' contributions mean: with the class balance's they add up to the log-odds of the likeliest label against
   * the next (majority vote: to the difference of their shares of the votes). Null where there is no soft label.
   */
  readonly contributions: {
    readonly unit: "log-odds" | "vote share";
    readonly label: string;
    readonly against: string;
    readonly balance: number;
    readonly total: number;
  } | null;
  /** The row's way through the tree of all LFs, when one is given. */
  readonly treePath: readonly RowStep[] | null;
  readonly treePrediction: string | null;
}

export interface RowExplanationInput {
  readonly row: LfRow;
  readonly statistics: DatasetStatistics;
  readonly lfs: readonly { readonly name: string; readonly verified: VerifiedLf }[];
  readonly labels: readonly string[];
  readonly model: FittedLabelModel;
  /** The tree of all LFs (`buildExactTree`); null for none. */
  readonly decision: LfDecision | null;
}

/**
 * Why one row has its label: the conditions that held in each LF, the votes, the soft label that follows from them, how much
 * each vote moved it, and the way through the tree. Reads one row: for its owner's desk only.
 */
export function explainRow({ row, statistics, lfs, labels, model, decision }: RowExplanationInput): RowExplanation {
  const walks = lfs.map(({ verified }) => walk(decideLf(verified), row, statistics));
  const votes = Int8Array.from(walks, ({ label }) => (label === null ? -1 : labels.indexOf(label)));
  const explained = explainPattern(model, votes);
  const { soft } = explained;
  const values = new Map(explained.contributions.map(({ lf, value }) => [lf, value]));
  const { unit, balance, total } = explained;
  const tree = decision === null ? null : walk(decision, row, statistics);
  return {
    lfs: lfs.map(({ name }, lf) => ({
      lf: name,
      vote: walks[lf]!.label,
      path: walks[lf]!.path,
      contribution: soft === null ? null : (values.get(model.document.lfs[lf]!) ?? null),
    })),
    softLabel: soft === null ? null : Object.fromEntries(labels.map((label, index) => [label, soft[index]!])),
    prediction: labels[explained.prediction] ?? null,
    contributions:
      soft === null
        ? null
        : { unit, label: labels[explained.label]!, against: labels[explained.against]!, balance, total },
    treePath: tree?.path ?? null,
    treePrediction: tree?.label ?? null,
  };
}

function walk(decision: LfDecision, row: LfRow, statistics: DatasetStatistics) {
  const { steps, label } = followDecision(decision, row, statistics);
  const path = steps.flatMap(({ node, answer }): RowStep[] => {
    const test = decision.tree.nodes[node];
    return test?.type === "test" ? [{ condition: test.condition, answer }] : [];
  });
  return { label, path };
}
