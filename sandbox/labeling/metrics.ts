import {
  type EndClassifierFit,
  type Metrics,
  type PredictorName,
  predictorNames,
  type Scores,
  type Task,
} from "@flamenco/policies/wire";
import { comparePredictions } from "./predictions.js";
import { scorePredictions } from "./scores.js";
import type { LabeledHistogram } from "./vote-histogram.js";

/** Predicts rows rather than patterns of votes; what is known of it comes from test rows, all of them or a sample. */
export interface RowPredictor {
  readonly scores: Scores | null;
  /** Share of its test rows on which a predictor by patterns says something else; null without rows. */
  differenceFrom(predictionOfPattern: Int8Array): number | null;
}

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
  readonly endClassifier?: RowPredictor | null;
  readonly endClassifierFit?: EndClassifierFit | undefined;
  readonly reasons?: readonly string[];
}

/**
 * The metrics document: scores of each predictor on the test split, and how often any two of them differ (paper, Tables 5, 6,
 * 11, 12). Without ground truth the scores are `null`; differences need none.
 */
export function buildMetrics(input: MetricsInput): Metrics {
  const { test, task, labelModel, tree, exactTree, endClassifier, endClassifierFit, reasons = [] } = input;
  const rows = test.counts.reduce((sum, count) => sum + count, 0);
  const labeledRows = test.truthCounts.reduce((sum, count) => sum + count, 0);
  const score = (predictions: Int8Array | null): Scores | null =>
    predictions === null || labeledRows === 0 ? null : scorePredictions(predictions, test, task);
  return {
    split: "test",
    rows,
    labelModel: score(labelModel),
    tree: score(tree),
    endClassifier: endClassifier?.scores ?? null,
    ...(endClassifierFit === undefined ? {} : { endClassifierFit }),
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
  const known = predictorNames.flatMap((name): [PredictorName, Int8Array | RowPredictor][] => {
    const predictor = input[name];
    return predictor === null || predictor === undefined ? [] : [[name, predictor]];
  });
  return {
    predictors: known.map(([name]) => name),
    differences: known.map(([, one]) => known.map(([, other]) => compareTwo(one, other, input.test))),
  };
}

function compareTwo(one: Int8Array | RowPredictor, other: Int8Array | RowPredictor, test: LabeledHistogram) {
  if (one instanceof Int8Array) {
    return other instanceof Int8Array ? comparePredictions(one, other, test) : other.differenceFrom(one);
  }
  // There is one end classifier: both are it.
  return other instanceof Int8Array ? one.differenceFrom(other) : test.counts.some((count) => count > 0) ? 0 : null;
}
