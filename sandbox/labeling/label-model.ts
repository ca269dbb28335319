import type { LabelModel, LabelModelName } from "@flamenco/policies/wire";
import type { LabeledHistogram } from "./vote-histogram.js";

/** Somebody's word on how often an LF is right when it votes: a Beta distribution. */
export interface PrecisionPrior {
  /** 0..1, both included. */
  readonly mean: number;
  /** Labeled votes that it weighs as much as, above 0. */
  readonly strength: number;
}

/** How the triplets model sums up what all triplets say of an LF. */
export const tripletSummaries = ["mean", "median"] as const;
export type TripletSummary = (typeof tripletSummaries)[number];

/** What a label model is fitted with, beside the votes. */
export interface LabelModelOptions {
  readonly model: LabelModelName;
  /** The task's labels, in order. */
  readonly labels: readonly string[];
  /** Names of the LFs, in the histogram's order. */
  readonly lfNames: readonly string[];
  /** Prior of each label, summing to 1. Absent: from the labeled rows of `validation`, else uniform (EM learns it). */
  readonly classBalance?: readonly number[];
  /** Rows with ground truth outside the test split. Its unlabeled rows are not used. */
  readonly validation?: LabeledHistogram;
  /** Of each LF, `null` where nobody said anything. Absent: of none. */
  readonly priors?: readonly (PrecisionPrior | null)[];
  /** Of the triplets model; `mean`, FlyingSquid's own default, when absent. */
  readonly tripletSummary?: TripletSummary;
}

/** A fitted label model: its document, and soft labels for any pattern of votes. */
export interface FittedLabelModel {
  readonly document: LabelModel;
  /** Number of LFs whose votes a pattern holds. */
  readonly lfCount: number;
  /** Number of labels of a soft label. */
  readonly labelCount: number;
  /** Probability of each label given one pattern of votes; `null` for a pattern without a vote: it gets no label. */
  predictPattern(votes: ArrayLike<number>): Float64Array | null;
}

/** Soft labels of the patterns of a histogram. */
export interface SoftLabels {
  readonly labelCount: number;
  /** `probabilities[p * labelCount + y]`; zeros where `labeled[p]` is 0. */
  readonly probabilities: Float64Array;
  /** 1 where the pattern has a soft label. */
  readonly labeled: Uint8Array;
}
