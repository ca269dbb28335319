import type { ClassifierSpec } from "@flamenco/policies/wire";
import { weighClasses } from "./class-weights.js";
import type { Classifier, FitOptions, Samples } from "./classifier.js";
import type { LabelWeights } from "./label-weights.js";
import { fitStandardizedClassifier } from "./standardized-classifier.js";
import { assertSomeFeatureVaries, assertTwoLabels } from "./training-checks.js";
import { fitForestClassifier, fitTreeClassifier } from "./tree-classifiers.js";

/**
 * Fit an end classifier on soft or hard labels: it lowers the expected loss over each row's labels, each times the weight of
 * its class. Equal seeds give equal classifiers.
 * @param labels of every row of the samples; each training row's sum to 1
 * @param rows training rows
 * @throws FLM_LEARN_ONE_CLASS, FLM_LEARN_CONSTANT, FLM_LEARN_MISSING, FLM_LEARN_FEW_ROWS, FLM_TOO_LARGE, FLM_INTERRUPTED
 */
export async function fitClassifier(
  spec: ClassifierSpec,
  samples: Samples,
  labels: LabelWeights,
  rows: Int32Array,
  options: FitOptions,
): Promise<Classifier> {
  const weighted = weighClasses(labels, rows, spec.classWeights);
  assertTwoLabels(weighted, rows);
  assertSomeFeatureVaries(samples, rows);
  switch (spec.model) {
    case "tree":
      return fitTreeClassifier(spec, samples, weighted, rows, options);
    case "forest":
      return fitForestClassifier(spec, samples, weighted, rows, options);
    default:
      return fitStandardizedClassifier(spec, samples, weighted, rows, options);
  }
}
