import { FlamencoError } from "@flamenco/policies/errors";
import { quantileOf, SeededRandom } from "../preprocess/index.js";
import {
  type CountScores,
  type LabelScoreName,
  type OverallScoreName,
  prepareRows,
  type ScorableRows,
  scoreCounts,
} from "./count-scores.js";
import { learningLimits } from "./limits.js";
import { explainUndefined } from "./undefined-scores.js";

/** A number with what is known of its error. */
export interface Estimate {
  /** `null` where it is not defined. */
  readonly value: number | null;
  /** Low and high end of the 95 % bootstrap interval; `null` where there is none or none was asked for. */
  readonly interval: readonly [number, number] | null;
  /** Why the value is `null`. */
  readonly reason: string | null;
}

/** One label against all others. */
export interface LabelMetrics extends Readonly<Record<LabelScoreName, Estimate>> {
  readonly label: string;
  /** Rows of the label by ground truth. */
  readonly rows: number;
}

/**
 * Scores over all labels. `macro`: mean over the labels; `weighted`: each weighs as many as its rows. `rocAuc` and `prAuc` are the
 * positive label's where there are two labels, else the mean over the labels, each against all others.
 */
export interface ClassificationMetrics extends Readonly<Record<OverallScoreName, Estimate>> {
  /** Rows with ground truth; all numbers are over these. */
  readonly rows: number;
  /** `confusion[truth][prediction]`; the last column counts rows without a prediction. */
  readonly confusion: readonly (readonly number[])[];
  readonly labels: readonly LabelMetrics[];
}

export interface EvaluationOptions {
  readonly labels: readonly string[];
  /** Index of the positive label; 1 when absent. */
  readonly positive?: number;
  readonly seed: number;
  /** Resamples of the bootstrap, 0 for no intervals; when absent 500, and fewer for very many rows. */
  readonly resamples?: number;
}

/**
 * Scores of predicted probabilities. The predicted label is the most probable one, the first of equals; a row whose
 * probabilities are all 0 has none, which is a miss. Intervals are those of the percentile bootstrap over rows (Efron & Tibshirani
 * 1993, chapter 13); rows that depend on each other, such as neighbors in a time series, make them too narrow.
 * @param probabilities `probabilities[index * labels.length + label]`
 * @param truth index of each row's label, -1 where there is no ground truth: such rows are left out
 * @throws FLM_INTERNAL for probabilities that are no numbers, or not as many as rows and labels
 */
export function evaluate(
  probabilities: Float64Array,
  truth: ArrayLike<number>,
  { labels, positive = 1, seed, resamples }: EvaluationOptions,
): ClassificationMetrics {
  const known = selectKnown(probabilities, truth, labels, positive);
  const rows = known.truth.length;
  const point = scoreCounts(known, new Uint32Array(rows).fill(1));
  const drawn = drawScores(known, resamples ?? chooseResamples(rows), new SeededRandom(seed));
  const overall = (name: OverallScoreName): Estimate =>
    toEstimate(
      point.overall[name],
      drawn.map((scores) => scores.overall[name]),
      () => explainUndefined(name, point.confusion, labels),
    );
  const ofLabel = (name: LabelScoreName, label: number): Estimate =>
    toEstimate(
      point.labels[label]![name],
      drawn.map((scores) => scores.labels[label]![name]),
      () => explainUndefined(name, point.confusion, labels, label),
    );
  return {
    rows,
    confusion: point.confusion,
    labels: labels.map((label, index) => ({
      label,
      rows: point.confusion[index]!.reduce((sum, count) => sum + count, 0),
      precision: ofLabel("precision", index),
      recall: ofLabel("recall", index),
      f1: ofLabel("f1", index),
      rocAuc: ofLabel("rocAuc", index),
      prAuc: ofLabel("prAuc", index),
    })),
    accuracy: overall("accuracy"),
    macroPrecision: overall("macroPrecision"),
    macroRecall: overall("macroRecall"),
    macroF1: overall("macroF1"),
    weightedPrecision: overall("weightedPrecision"),
    weightedRecall: overall("weightedRecall"),
    weightedF1: overall("weightedF1"),
    rocAuc: overall("rocAuc"),
    prAuc: overall("prAuc"),
    matthews: overall("matthews"),
  };
}

function selectKnown(
  probabilities: Float64Array,
  truth: ArrayLike<number>,
  labels: readonly string[],
  positive: number,
): ScorableRows {
  const k = labels.length;
  if (probabilities.length !== truth.length * k || probabilities.some((probability) => !(probability >= 0))) {
    throw new FlamencoError("FLM_INTERNAL", "Every row to evaluate needs a probability of each label.");
  }
  const known = Int32Array.from({ length: truth.length }, (_, index) => index).filter((index) => truth[index]! >= 0);
  const chosen = new Float64Array(known.length * k);
  for (const [place, index] of known.entries()) {
    chosen.set(probabilities.subarray(index * k, (index + 1) * k), place * k);
  }
  return prepareRows(
    chosen,
    Uint8Array.from(known, (index) => truth[index]!),
    labels,
    positive,
  );
}

function chooseResamples(rows: number): number {
  const { bootstrapResamples, fewestResamples, bootstrapDraws } = learningLimits;
  return Math.max(fewestResamples, Math.min(bootstrapResamples, Math.floor(bootstrapDraws / Math.max(1, rows))));
}

function drawScores(known: ScorableRows, resamples: number, random: SeededRandom): CountScores[] {
  const rows = known.truth.length;
  if (rows === 0) return [];
  return Array.from({ length: resamples }, () => {
    const counts = new Uint32Array(rows);
    for (let draw = 0; draw < rows; draw++) counts[random.nextBelow(rows)]! += 1;
    return scoreCounts(known, counts);
  });
}

/** No interval where fewer than half of the resamples define the score. */
function toEstimate(value: number, drawn: readonly number[], explain: () => string): Estimate {
  if (Number.isNaN(value)) return { value: null, interval: null, reason: explain() };
  const sorted = Float64Array.from(drawn.filter((one) => !Number.isNaN(one))).sort();
  if (sorted.length === 0 || 2 * sorted.length < drawn.length) return { value, interval: null, reason: null };
  return { value, interval: [quantileOf(sorted, 0.025), quantileOf(sorted, 0.975)], reason: null };
}
