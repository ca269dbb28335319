import type { Analysis, LabelModel, NoisyVoteTable } from "@flamenco/policies/wire";

/** Noisy counts of what the model and the chain predict, cell by cell as `PredictionCounts` has them. */
export interface NoisyPredictions {
  readonly confusion: readonly number[];
  readonly leaves: readonly number[];
}

/** How a noisy count is shown: the count, or null where it is too small. */
export type ShowCount = (noisy: number, sigma: number) => number | null;

/** Everything that outputs may follow from. */
export interface NoisyFindings {
  readonly table: NoisyVoteTable;
  readonly analysis: Analysis;
  readonly labelModel: LabelModel;
  /** LFs of the chain, first to hang first. */
  readonly order: readonly number[];
  /** Null where no output needs them. */
  readonly predictions: NoisyPredictions | null;
}
