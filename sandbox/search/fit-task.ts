import type { ErrorDetail } from "@flamenco/policies/errors";
import type { ClassifierSpec } from "@flamenco/policies/wire";
import type { LabelWeights, Samples } from "../learning/index.js";

/** What every thread reads: samples and what is known of their labels. */
export interface FitData {
  readonly samples: Samples;
  readonly labels: LabelWeights;
}

/** One classifier to fit, and rows for which it then predicts. */
export interface FitTask {
  readonly spec: ClassifierSpec;
  readonly train: Int32Array;
  readonly predict: Int32Array;
  readonly seed: number;
}

/** What came of a task. */
export interface Fit {
  /** `probabilities[index * labelCount + label]` of the rows to predict. */
  readonly probabilities: Float64Array;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly backend: string;
}

/** What a thread says. */
export type ThreadMessage =
  | { readonly type: "progress"; readonly share: number }
  | { readonly type: "fitted"; readonly fit: Fit }
  | {
      readonly type: "failed";
      readonly error: { readonly code: string; readonly message: string; readonly details: readonly ErrorDetail[] };
    };
