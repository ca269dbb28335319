import { FlamencoError } from "@flamenco/policies/errors";
import type { ClassWeights } from "@flamenco/policies/wire";
import { type LabelWeights, totalWeights } from "./label-weights.js";

/**
 * Labels times the weight of their class; the weights of a row then no longer sum to 1. `balanced` gives each label
 * rows / (labels that occur * rows of the label), as in scikit-learn (King & Zeng 2001), where soft rows count by their shares.
 * @param rows training rows, whose labels are counted
 * @throws FLM_USAGE for a list of another length than there are labels
 */
export function weighClasses(
  labels: LabelWeights,
  rows: Int32Array,
  classWeights: ClassWeights = "none",
): LabelWeights {
  if (classWeights === "none") return labels;
  const { labelCount, weights } = labels;
  const factors = classWeights === "balanced" ? balance(totalWeights(labels, rows)) : classWeights;
  if (factors.length !== labelCount) {
    throw new FlamencoError("FLM_USAGE", `There are ${labelCount} labels and ${factors.length} class weights.`);
  }
  return { labelCount, weights: weights.map((weight, index) => weight * factors[index % labelCount]!) };
}

function balance(totals: Float64Array): number[] {
  const rows = totals.reduce((sum, total) => sum + total, 0);
  const occurring = totals.reduce((count, total) => count + (total > 0 ? 1 : 0), 0);
  return Array.from(totals, (total) => (total > 0 ? rows / (occurring * total) : 0));
}
