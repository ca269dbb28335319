import { isFlamencoError } from "@flamenco/policies/errors";
import type { ClassifierSpec } from "@flamenco/policies/wire";
import { fitClassifier, type LabelWeights, type Samples } from "../learning/index.js";

/** An end classifier's labels on some rows. */
export interface ClassifierLabels {
  /** Most probable label of each asked row. */
  readonly predicted: Int8Array;
  readonly backend: string;
}

export interface TrainingInput {
  readonly spec: ClassifierSpec;
  readonly samples: Samples;
  /** Of every row; those of `rows` are learned from. */
  readonly labels: LabelWeights;
  readonly rows: Int32Array;
  /** Rows to predict. */
  readonly asked: Int32Array;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * Train on soft labels and predict. Labels that name one class alone teach a classifier nothing but that class, so that is what it
 * predicts.
 */
export async function trainAndPredict(input: TrainingInput): Promise<ClassifierLabels> {
  const { spec, samples, labels, rows, asked, seed, signal } = input;
  const k = labels.labelCount;
  try {
    const classifier = await fitClassifier(spec, samples, labels, rows, { seed, signal });
    try {
      return { predicted: mostProbable(classifier.predict(samples, asked), k), backend: classifier.backend };
    } finally {
      classifier.dispose();
    }
  } catch (error) {
    if (!isFlamencoError(error) || error.code !== "FLM_LEARN_ONE_CLASS") throw error;
    const sums = new Float64Array(k);
    for (const row of rows) for (let label = 0; label < k; label++) sums[label]! += labels.weights[row * k + label]!;
    return { predicted: new Int8Array(asked.length).fill(sums.indexOf(Math.max(...sums))), backend: "none" };
  }
}

/** The first of equals. */
function mostProbable(probabilities: Float64Array, k: number): Int8Array {
  return Int8Array.from({ length: probabilities.length / k }, (_, index) => {
    const own = probabilities.subarray(index * k, (index + 1) * k);
    return own.indexOf(Math.max(...own));
  });
}
