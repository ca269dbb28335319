import type { LabelModelName, Scores, Task } from "@flamenco/policies/wire";
import { predictChain } from "../explain/index.js";
import {
  type FittedLabelModel,
  fitLabelModel,
  joinSplits,
  type LabeledHistogram,
  predictPatterns,
  type SplitHistograms,
  scorePredictions,
} from "../labeling/index.js";
import type { SubsetHistograms } from "./subset-histograms.js";

/** What every subset is evaluated with. */
export interface EvaluationContext {
  readonly subsets: SubsetHistograms;
  readonly lfNames: readonly string[];
  readonly task: Task;
  readonly model: LabelModelName;
  readonly classBalance?: readonly number[];
  /** LF indices, first to hang first in a chain tree. */
  readonly treeOrder: readonly number[];
}

/** One subset of LFs, evaluated. */
export interface SubsetEvaluation {
  readonly lfs: readonly number[];
  readonly model: FittedLabelModel;
  readonly splits: SplitHistograms;
  /** On the test split; `null` without ground truth there. */
  readonly labelModel: Scores | null;
  readonly tree: Scores | null;
  /** On validation rows: what choices are made by. */
  readonly validation: Scores | null;
  /** Rows of all splits, and those with a vote, with two votes, with votes for two labels. */
  readonly rows: number;
  readonly covered: number;
  readonly overlapping: number;
  readonly conflicting: number;
}

/** Fit a label model to a subset's votes on the training split and score it and the chain tree on the test split. */
export function evaluateSubset(lfs: readonly number[], context: EvaluationContext): SubsetEvaluation {
  const { task, lfNames, classBalance } = context;
  const splits = context.subsets.project(lfs);
  const model = fitLabelModel(splits.train, {
    model: context.model,
    labels: task.labels,
    lfNames: lfs.map((lf) => lfNames[lf]!),
    validation: splits.validation,
    ...(classBalance === undefined ? {} : { classBalance }),
  });
  const chain = [...lfs.keys()].sort((a, b) => context.treeOrder.indexOf(lfs[a]!) - context.treeOrder.indexOf(lfs[b]!));
  const predictions = predictPatterns(model, splits.test);
  const score = (labels: Int8Array, split: LabeledHistogram) =>
    split.truthCounts.some((rows) => rows > 0) ? scorePredictions(labels, split, task) : null;
  return {
    lfs,
    model,
    splits,
    labelModel: score(predictions, splits.test),
    tree: score(predictChain(chain, splits.test), splits.test),
    // Predictions are by pattern, and all splits have the same patterns.
    validation: score(predictions, splits.validation),
    ...countMeetings(joinSplits(splits)),
  };
}

function countMeetings({ lfCount, patterns, counts }: LabeledHistogram) {
  let [rows, covered, overlapping, conflicting] = [0, 0, 0, 0];
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const count = counts[pattern]!;
    let [votes, first, differ] = [0, -1, false];
    for (let lf = 0; lf < lfCount; lf++) {
      const vote = patterns[pattern * lfCount + lf]!;
      if (vote < 0) continue;
      votes++;
      differ ||= first >= 0 && vote !== first;
      first = vote;
    }
    rows += count;
    if (votes > 0) covered += count;
    if (votes > 1) overlapping += count;
    if (differ) conflicting += count;
  }
  return { rows, covered, overlapping, conflicting };
}
