import type { Metrics, Scores, Task } from "@flamenco/policies/wire";
import { comparePredictions } from "./predictions.js";
import { scorePredictions } from "./scores.js";
import type { LabeledHistogram } from "./vote-histogram.js";

/** Predictors to compare on the test split; `null` where there is none, with its reason in `reasons`. */
export interface MetricsInput {
  /** The test split, on the pattern indices of the predictions. */
  readonly test: LabeledHistogram;
  readonly task: Task;
  /** Predicted label of each pattern, -1 for none. */
  readonly labelModel: Int8Array | null;
  readonly tree: Int8Array | null;
  readonly reasons?: readonly string[];
}

/**
 * The metrics document: scores of label model and tree on the test split, and how often they differ. Without ground truth
 * the scores are `null`; the difference needs none.
 */
export function buildMetrics({ test, task, labelModel, tree, reasons = [] }: MetricsInput): Metrics {
  const rows = test.counts.reduce((sum, count) => sum + count, 0);
  const labeledRows = test.truthCounts.reduce((sum, count) => sum + count, 0);
  const score = (predictions: Int8Array | null): Scores | null =>
    predictions === null || labeledRows === 0 ? null : scorePredictions(predictions, test, task);
  return {
    split: "test",
    rows,
    labelModel: score(labelModel),
    tree: score(tree),
    labelModelTreeDifference: labelModel === null || tree === null ? null : comparePredictions(labelModel, tree, test),
    reasons: [
      ...reasons,
      ...(rows === 0 ? ["The test split is empty."] : []),
      ...(rows > 0 && labeledRows === 0 ? ["No row of the test split has ground truth."] : []),
      ...(labeledRows > 0 && labeledRows < rows
        ? [`Scores are over the ${labeledRows} of ${rows} test rows that have ground truth.`]
        : []),
    ],
  };
}
