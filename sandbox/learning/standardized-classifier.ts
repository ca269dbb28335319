import type { ClassifierSpec } from "@flamenco/policies/wire";
import type { Classifier, FitOptions, Samples } from "./classifier.js";
import { type LabelWeights, selectLabels } from "./label-weights.js";
import { loadNetworks } from "./load-networks.js";
import { fitLogisticRegression } from "./logistic-regression.js";
import { fitNearestNeighbors } from "./nearest-neighbors.js";
import { countUp } from "./sample-columns.js";
import { fitStandardization, standardize } from "./standardization.js";
import { assertFinite } from "./training-checks.js";

type StandardizedSpec = Extract<ClassifierSpec, { model: "logistic" | "knn" | "mlp" | "lstm" }>;

/**
 * A classifier for which sizes of features matter: it learns from features of mean 0 and deviation 1 over the training rows, and
 * rows to predict are put on the same scale.
 * @throws FLM_LEARN_MISSING, for rows to predict too
 */
export async function fitStandardizedClassifier(
  spec: StandardizedSpec,
  samples: Samples,
  labels: LabelWeights,
  rows: Int32Array,
  options: FitOptions,
): Promise<Classifier> {
  assertFinite(samples, rows, spec.model);
  const scale = fitStandardization(samples, rows);
  const trained = await fitScaled(spec, standardize(samples, rows, scale), selectLabels(labels, rows), options);
  return {
    model: trained.model,
    labelCount: trained.labelCount,
    parameters: trained.parameters,
    backend: trained.backend,
    predict(asked, askedRows) {
      assertFinite(asked, askedRows, spec.model);
      return trained.predict(standardize(asked, askedRows, scale), countUp(askedRows.length));
    },
    dispose: () => trained.dispose(),
  };
}

async function fitScaled(
  spec: StandardizedSpec,
  samples: Samples,
  labels: LabelWeights,
  options: FitOptions,
): Promise<Classifier> {
  switch (spec.model) {
    case "logistic":
      return fitLogisticRegression(spec, samples, labels);
    case "knn":
      return fitNearestNeighbors(spec, samples, labels);
    default: {
      const { fitNetwork } = await loadNetworks();
      return fitNetwork(spec, samples, labels, countUp(samples.rows), options);
    }
  }
}
