import { FlamencoError } from "@flamenco/policies/errors";
import { synthesisLimits } from "./limits.js";

/** Number of subsets of 1..cardinality features; saturates at infinity, never wraps. */
export function countSubsets(features: number, cardinality: number): number {
  let sum = 0;
  let ofSize = 1;
  for (let size = 1; size <= Math.min(cardinality, features); size++) {
    ofSize *= (features - size + 1) / size;
    sum += Math.round(ofSize);
  }
  return sum;
}

/**
 * Subsets of 1..cardinality features, smaller ones first, each in rising order.
 * @throws FLM_TOO_LARGE with the count and the ceiling, before any is made.
 */
export function listSubsets(features: number, cardinality: number): number[][] {
  const count = countSubsets(features, cardinality);
  if (count > synthesisLimits.subsets) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `${features} features have ${count} subsets of at most ${cardinality}; the search takes ${synthesisLimits.subsets}. Lower --cardinality or name fewer --features.`,
    );
  }
  const subsets: number[][] = [];
  let last: number[][] = [[]];
  for (let size = 1; size <= cardinality; size++) {
    last = last.flatMap((subset) => {
      const first = (subset.at(-1) ?? -1) + 1;
      return Array.from({ length: Math.max(0, features - first) }, (_, index) => [...subset, first + index]);
    });
    subsets.push(...last);
  }
  return subsets;
}
