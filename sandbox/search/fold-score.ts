import { FlamencoError } from "@flamenco/policies/errors";
import { evaluate } from "../learning/index.js";
import type { RowTruth } from "./folds.js";

/** What candidates are compared by. */
export const searchMetrics = ["macroF1", "positiveF1", "rocAuc", "accuracy"] as const;
export type SearchMetric = (typeof searchMetrics)[number];

export interface Scoring extends RowTruth {
  /** Index of the positive label. */
  readonly positive: number;
  readonly metric: SearchMetric;
}

/**
 * One number for predictions on a fold's rows. Folds hold every label, so each metric is defined.
 * @param probabilities of the rows, `probabilities[index * labelCount + label]`
 */
export function scoreFold(probabilities: Float64Array, rows: Int32Array, scoring: Scoring): number {
  const { labels, positive, metric, truth } = scoring;
  const ofRows = Int32Array.from(rows, (row) => truth[row]!);
  const metrics = evaluate(probabilities, ofRows, { labels, positive, seed: 0, resamples: 0 });
  const { value } = metric === "positiveF1" ? metrics.labels[positive]!.f1 : metrics[metric];
  if (value === null) throw new FlamencoError("FLM_LEARN_FOLD", `The ${metric} of a fold is not defined.`);
  return value;
}
