import type { ClassifierName } from "@flamenco/policies/wire";

/**
 * What classifiers learn from and predict: one sample a row, each of `steps` time steps (1 for tables) of the same features.
 * `values[(row * steps + step) * features.length + feature]`; the last step is the row itself. NaN is a missing value.
 */
export interface Samples {
  readonly rows: number;
  readonly steps: number;
  readonly features: readonly string[];
  readonly values: Float64Array;
}

/** A fitted classifier. */
export interface Classifier {
  readonly model: ClassifierName;
  readonly labelCount: number;
  /** Every setting that was in force, defaults included. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What computed it: `own`, or TensorFlow.js's `tensorflow`, `wasm`, `cpu`. */
  readonly backend: string;
  /**
   * Probability of each label, `probabilities[index * labelCount + label]`, for the given rows of the samples; each row's sum
   * to 1.
   */
  predict(samples: Samples, rows: Int32Array): Float64Array;
  /** Give back memory that the garbage collector does not see. */
  dispose(): void;
}

/** What fitting takes besides data. Equal seeds give equal classifiers on the same backend. */
export interface FitOptions {
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Called with a share from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}
