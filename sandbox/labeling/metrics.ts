import { type Metrics, type PredictorName, predictorNames, type Scores, type Task } from "@flamenco/policies/wire";
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
  /** The chain. */
  readonly tree: Int8Array | null;
  /** Absent where the study did not ask for it. */
  readonly exactTree?: Int8Array | null;
  readonly reasons?: readonly string[];
}

/**
 * The metrics document: scores of each predictor on the test split, and how often any two of them differ (paper, Tables 5, 6,
 * 11, 12). Without ground truth the scores are `null`; differences need none.
 */
export function buildMetrics(input: MetricsInput): Metrics {
  const { test, task, labelModel, tree, exactTree, reasons = [] } = input;
  const rows = test.counts.reduce((sum, count) => sum + count, 0);
  const labeledRows = test.truthCounts.reduce((sum, count) => sum + count, 0);
  const score = (predictions: Int8Array | null): Scores | null =>
    predictions === null || labeledRows === 0 ? null : scorePredictions(predictions, test, task);
  return {
    split: "test",
    rows,
    labelModel: score(labelModel),
    tree: score(tree),
    endClassifier: null,
    ...(exactTree === undefined ? {} : { exactTree: score(exactTree) }),
    ...compareAll(input),
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

/** Those predictors that there are, and the symmetric matrix of their differences. */
function compareAll(input: MetricsInput): Pick<Metrics, "predictors" | "differences"> {
  const known: [PredictorName, Int8Array][] = predictorNames.flatMap((name) => {
    const predictions = name === "endClassifier" ? null : input[name];
    return predictions === null || predictions === undefined ? [] : [[name, predictions]];
  });
  return {
    predictors: known.map(([name]) => name),
    differences: known.map(([, one]) => known.map(([, other]) => comparePredictions(one, other, input.test))),
  };
}
