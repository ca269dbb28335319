import { decideLf, followDecision, type LfDecision, type LfRow, type VerifiedLf } from "@flamenco/language";
import type { DatasetStatistics } from "@flamenco/policies/wire";
import { type FittedLabelModel, predictPatterns } from "../labeling/index.js";

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
  /**
   * How far its vote moved the label model: the log-odds of the row's label (of `contributionsTo`) with the vote, minus
   * those without it. Null where it abstained, or the model holds nothing.
   */
  readonly contribution: number | null;
}

export interface RowExplanation {
  readonly lfs: readonly RowLf[];
  /** Probability of each label by name; null where no LF votes. */
  readonly softLabel: Readonly<Record<string, number>> | null;
  /** What the label model predicts; null for nothing. */
  readonly prediction: string | null;
  /** The label whose log-odds the contributions are of; null where there is no soft label. */
  readonly contributionsTo: string | null;
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

/** Probabilities nearer to 0 or 1 than this count as this far, so that log-odds stay finite. */
const NEAREST_TO_CERTAIN = 1e-12;

/**
 * Why one row has its label: the conditions that held in each LF, the votes, the soft label that follows from them, how much
 * each vote moved it, and the way through the tree. Reads one row: for its owner's desk only.
 */
export function explainRow({ row, statistics, lfs, labels, model, decision }: RowExplanationInput): RowExplanation {
  const walks = lfs.map(({ verified }) => walk(decideLf(verified), row, statistics));
  const votes = Int8Array.from(walks, ({ label }) => (label === null ? -1 : labels.indexOf(label)));
  const soft = model.predictPattern(votes);
  const histogram = { lfCount: lfs.length, labelCount: labels.length, patterns: votes, counts: Float64Array.of(1) };
  const predicted = predictPatterns(model, histogram)[0] ?? -1;
  // Without a prediction (a tie) contributions are to the first of the likeliest labels.
  const about = soft === null ? -1 : predicted >= 0 ? predicted : soft.indexOf(Math.max(...soft));
  const tree = decision === null ? null : walk(decision, row, statistics);
  return {
    lfs: lfs.map(({ name }, lf) => ({
      lf: name,
      vote: walks[lf]!.label,
      path: walks[lf]!.path,
      contribution: about < 0 || votes[lf]! < 0 ? null : measureContribution(model, votes, lf, about),
    })),
    softLabel: soft === null ? null : Object.fromEntries(labels.map((label, index) => [label, soft[index]!])),
    prediction: labels[predicted] ?? null,
    contributionsTo: labels[about] ?? null,
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

/** Log-odds of a label with the LF's vote minus without; without any vote they are those of the class balance. */
function measureContribution(model: FittedLabelModel, votes: Int8Array, lf: number, label: number): number | null {
  const without = votes.slice();
  without[lf] = -1;
  const withVote = model.predictPattern(votes)?.[label];
  const withoutVote = (model.predictPattern(without) ?? model.document.classBalance)[label];
  if (withVote === undefined || withoutVote === undefined) return null;
  return logOdds(withVote) - logOdds(withoutVote);
}

function logOdds(share: number): number {
  const p = Math.min(1 - NEAREST_TO_CERTAIN, Math.max(NEAREST_TO_CERTAIN, share));
  return Math.log(p / (1 - p));
}
