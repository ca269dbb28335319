import { FlamencoError } from "@flamenco/policies/errors";
import type { ClassifierSpec } from "@flamenco/policies/wire";
import type { Classifier, Samples } from "./classifier.js";
import type { LabelWeights } from "./label-weights.js";
import { NeighborSearch } from "./neighbor-search.js";

/**
 * k nearest neighbors (Cover & Hart 1967): the mean label of the nearest training rows by Euclidean distance, each alike or by the
 * inverse of its distance. Training rows at distance 0 then decide alone.
 * @param samples of the training rows, standardized, without missing values; each step's features count as dimensions
 * @param labels of the training rows
 * @throws FLM_LEARN_FEW_ROWS
 */
export function fitNearestNeighbors(
  spec: Extract<ClassifierSpec, { model: "knn" }>,
  samples: Samples,
  labels: LabelWeights,
): Classifier {
  const { neighbors = 5, vote = "uniform", classWeights = "none" } = spec;
  if (neighbors > samples.rows) {
    throw new FlamencoError(
      "FLM_LEARN_FEW_ROWS",
      `There are ${samples.rows} training rows, fewer than ${neighbors} neighbors.`,
    );
  }
  const width = samples.steps * samples.features.length;
  const search = new NeighborSearch(samples.values, width);
  const { labelCount } = labels;
  return {
    model: "knn",
    labelCount,
    parameters: { neighbors, vote, classWeights },
    backend: "own",
    predict({ values }, rows) {
      const predicted = new Float64Array(rows.length * labelCount);
      for (let index = 0; index < rows.length; index++) {
        const found = search.find(values.subarray(rows[index]! * width, (rows[index]! + 1) * width), neighbors);
        const votes = predicted.subarray(index * labelCount, (index + 1) * labelCount);
        for (let near = 0; near < neighbors; near++) {
          const weight = vote === "uniform" ? 1 : weighDistance(found.distances[near]!, found.distances[0]!);
          const from = found.rows[near]! * labelCount;
          for (let label = 0; label < labelCount; label++) votes[label]! += weight * labels.weights[from + label]!;
        }
        normalize(votes);
      }
      return predicted;
    },
    dispose() {},
  };
}

/** @param nearest distance of the nearest neighbor; shares of it, lest the inverse of a tiny distance overflow */
function weighDistance(distance: number, nearest: number): number {
  return nearest === 0 ? Number(distance === 0) : nearest / distance;
}

/** To a sum of 1; all alike where neighbors have labels of no weight only. */
function normalize(votes: Float64Array): void {
  const sum = votes.reduce((total, vote) => total + vote, 0);
  for (let label = 0; label < votes.length; label++) votes[label] = sum > 0 ? votes[label]! / sum : 1 / votes.length;
}
