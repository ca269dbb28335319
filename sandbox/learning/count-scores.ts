import { scoreConfusion } from "../labeling/index.js";
import { orderByScore, type ScoreOrder, scoreRanking } from "./ranking-scores.js";

export const labelScoreNames = ["precision", "recall", "f1", "rocAuc", "prAuc"] as const;
export const overallScoreNames = [
  "accuracy",
  "macroPrecision",
  "macroRecall",
  "macroF1",
  "weightedPrecision",
  "weightedRecall",
  "weightedF1",
  "rocAuc",
  "prAuc",
  "matthews",
] as const;
export type LabelScoreName = (typeof labelScoreNames)[number];
export type OverallScoreName = (typeof overallScoreNames)[number];

/** Predictions on rows with ground truth, ready to be scored again and again under other counts of the rows. */
export interface ScorableRows {
  readonly labels: readonly string[];
  /** Index of the label whose areas are the areas of two labels. */
  readonly positive: number;
  readonly truth: Uint8Array;
  /** Predicted label; `labels.length` for none. */
  readonly predicted: Uint8Array;
  /** By label: rows in the order of its probability. */
  readonly orders: readonly ScoreOrder[];
  /** By label: 1 for the rows that have it. */
  readonly members: readonly Uint8Array[];
}

/** Scores; NaN where one is not defined. */
export interface CountScores {
  readonly confusion: number[][];
  readonly labels: readonly Readonly<Record<LabelScoreName, number>>[];
  readonly overall: Readonly<Record<OverallScoreName, number>>;
}

/** @param probabilities `probabilities[index * labels.length + label]` @param truth by the same index, a label each */
export function prepareRows(
  probabilities: Float64Array,
  truth: Uint8Array,
  labels: readonly string[],
  positive: number,
): ScorableRows {
  const k = labels.length;
  const predicted = Uint8Array.from(truth, (_, index) => {
    let best = k;
    for (let label = 0, most = 0; label < k; label++) {
      const probability = probabilities[index * k + label]!;
      if (probability <= most) continue;
      most = probability;
      best = label;
    }
    return best;
  });
  return {
    labels,
    positive,
    truth,
    predicted,
    orders: labels.map((_, label) =>
      orderByScore(Float64Array.from(truth, (_, index) => probabilities[index * k + label]!)),
    ),
    members: labels.map((_, label) => truth.map((one) => (one === label ? 1 : 0))),
  };
}

/** @param counts how often each row counts */
export function scoreCounts(rows: ScorableRows, counts: Uint32Array): CountScores {
  const { labels, truth, predicted } = rows;
  const confusion = labels.map(() => new Array<number>(labels.length + 1).fill(0));
  for (let index = 0; index < truth.length; index++) confusion[truth[index]!]![predicted[index]!]! += counts[index]!;
  const { precision, recall, f1, accuracy } = scoreConfusion(confusion, {
    id: "evaluation",
    labels: [...labels],
    positive: labels[rows.positive]!,
  });
  const areas = labels.map((_, label) => scoreRanking(rows.orders[label]!, rows.members[label]!, counts));
  const sizes = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const ofLabels = labels.map((_, label) => ({
    precision: precision[label] ?? Number.NaN,
    recall: recall[label] ?? Number.NaN,
    f1: f1[label] ?? Number.NaN,
    ...areas[label]!,
  }));
  const macro = (name: LabelScoreName): number =>
    meanOf(
      ofLabels.map((scores) => scores[name]),
      labels.map(() => 1),
    );
  const weighted = (name: LabelScoreName): number =>
    meanOf(
      ofLabels.map((scores) => scores[name]),
      sizes,
    );
  const area = (name: "rocAuc" | "prAuc"): number =>
    labels.length === 2 ? ofLabels[rows.positive]![name] : macro(name);
  return {
    confusion,
    labels: ofLabels,
    overall: {
      accuracy: accuracy ?? Number.NaN,
      macroPrecision: macro("precision"),
      macroRecall: macro("recall"),
      macroF1: macro("f1"),
      weightedPrecision: weighted("precision"),
      weightedRecall: weighted("recall"),
      weightedF1: weighted("f1"),
      rocAuc: area("rocAuc"),
      prAuc: area("prAuc"),
      matthews: correlateConfusion(confusion),
    },
  };
}

/** NaN as soon as a value that weighs is NaN. */
function meanOf(values: readonly number[], weights: readonly number[]): number {
  let [sum, total] = [0, 0];
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    sum += weight * values[index]!;
    total += weight;
  }
  return sum / total;
}

/**
 * Matthews's correlation of truth and prediction, for any number of labels (Gorodkin 2004). No prediction is one more outcome.
 * NaN where either is the same for every row.
 */
function correlateConfusion(confusion: readonly (readonly number[])[]): number {
  const predicted = confusion[0]!.map((_, column) => confusion.reduce((sum, row) => sum + row[column]!, 0));
  const actual = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const rows = actual.reduce((sum, count) => sum + count, 0);
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  const together = actual.reduce((sum, count, label) => sum + count * predicted[label]!, 0);
  const spread = (counts: readonly number[]): number => rows ** 2 - counts.reduce((sum, count) => sum + count ** 2, 0);
  return (right * rows - together) / Math.sqrt(spread(predicted) * spread(actual));
}
