import type { Task } from "@flamenco/policies/wire";
import type { FeatureRows } from "./feature-rows.js";
import type { SynthesisFeature } from "./written-heuristic.js";

/** A table of numeric features whose validation rows are labeled. */
export interface SynthesisTable {
  readonly features: readonly SynthesisFeature[];
  /** Every truth known. */
  readonly validation: FeatureRows;
  /** Truth, where known, is used for scores alone: never to fit, to prune or to choose. */
  readonly train: FeatureRows;
  /** For the scores at the end alone. */
  readonly test?: FeatureRows;
  /** Two labels. */
  readonly task: Task;
}

/** Upstream's parameters are cardinality 1, 23 rounds, 3 heuristics in the first, 1 in each other. */
export interface SynthesisOptions {
  readonly cardinality: number;
  readonly rounds: number;
  readonly keepFirst: number;
  readonly keep: number;
  /** Of the sample of training rows, where there are too many. */
  readonly seed: number;
  /** Called before each round. */
  readonly onRound?: (round: number) => void;
}
