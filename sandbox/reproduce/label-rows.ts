import {
  buildHistogram,
  type FittedLabelModel,
  fitLabelModel,
  histogramOf,
  type IndexedHistogram,
  predictPatterns,
  predictSoftLabels,
  predictUnvoted,
} from "../labeling/index.js";
import type { LabelWeights } from "../learning/index.js";
import { type SplitName, selectSplit } from "../preprocess/index.js";

/** Votes of some LFs on rows, with what is known of the rows. */
export interface VotedRows {
  /** `votes[row * lfNames.length + lf]`. */
  readonly votes: Int8Array;
  readonly lfNames: readonly string[];
  readonly labels: readonly string[];
  /** Label index of each row; the label model sees that of validation rows alone. */
  readonly truth: Int8Array;
  /** Part of each row: 0 train, 1 validation, 2 test. */
  readonly parts: Uint8Array;
}

/** What a label model makes of votes. */
export interface LabeledRows {
  readonly model: FittedLabelModel;
  readonly voted: IndexedHistogram;
  /** Label of each row by the label model, -1 where no LF votes. */
  readonly predicted: Int8Array;
  /** Soft label of each row: where no LF votes the label model's own for such rows, as Snorkel gives the class balance. */
  readonly soft: LabelWeights;
}

/** Votes of the LFs of a set, in its order. */
export function selectVotes(rows: VotedRows, lfs: readonly number[]): VotedRows {
  const width = rows.lfNames.length;
  const votes = new Int8Array(rows.parts.length * lfs.length);
  for (let row = 0; row < rows.parts.length; row++) {
    for (const [place, lf] of lfs.entries()) votes[row * lfs.length + place] = rows.votes[row * width + lf]!;
  }
  return { ...rows, votes, lfNames: lfs.map((lf) => rows.lfNames[lf]!) };
}

/** Of the truth, what a label model sees: that of validation rows, of those the class balance alone, or nothing. */
export type SeenTruth = "validation labels" | "class balance" | "nothing";

/** Fit a label model to the votes of training rows and label every row with it. */
export function labelRows(rows: VotedRows, sees: SeenTruth): LabeledRows {
  const { lfNames, labels, truth, parts, votes } = rows;
  const voted = buildHistogram({ votes, lfCount: lfNames.length, labelCount: labels.length });
  const part = (name: SplitName) => histogramOf(voted.patternOfRow, voted.histogram, selectSplit(parts, name), truth);
  const fitted = fitLabelModel(part("train"), {
    model: "auto",
    labels,
    lfNames,
    ...(sees === "validation labels" ? { validation: part("validation") } : {}),
    ...(sees === "class balance" ? { classBalance: balanceOf(truth, parts, labels.length) } : {}),
  });
  const byPattern = predictPatterns(fitted, voted.histogram);
  const soft = predictSoftLabels(fitted, voted.histogram);
  const unvoted = predictUnvoted(fitted);
  const k = labels.length;
  const weights = new Float64Array(parts.length * k);
  for (const [row, pattern] of voted.patternOfRow.entries()) {
    const own = soft.labeled[pattern] === 1 ? soft.probabilities.subarray(pattern * k, (pattern + 1) * k) : unvoted;
    weights.set(own, row * k);
  }
  return {
    model: fitted,
    voted,
    predicted: Int8Array.from(voted.patternOfRow, (pattern) => byPattern[pattern]!),
    soft: { labelCount: k, weights },
  };
}

function balanceOf(truth: Int8Array, parts: Uint8Array, labelCount: number): number[] {
  const counts = new Array<number>(labelCount).fill(0);
  for (let row = 0; row < parts.length; row++) if (parts[row] === 1) counts[truth[row]!]! += 1;
  const whole = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / whole);
}
