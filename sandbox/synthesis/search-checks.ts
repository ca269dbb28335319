import { FlamencoError } from "@flamenco/policies/errors";
import { countSubsets } from "./feature-subsets.js";
import { synthesisLimits } from "./limits.js";
import type { SynthesisOptions, SynthesisTable } from "./synthesis-table.js";

/**
 * Refuse a search that cannot find anything or would not end.
 * @throws FLM_SCHEMA, FLM_TOO_LARGE, FLM_USAGE
 */
export function checkSearch({ features, validation, train, task }: SynthesisTable, options: SynthesisOptions): void {
  checkRange("cardinality", options.cardinality, synthesisLimits.cardinality);
  checkRange("number of rounds", options.rounds, synthesisLimits.rounds);
  checkRange("number of heuristics of the first round", options.keepFirst, synthesisLimits.keep);
  checkRange("number of heuristics of a round", options.keep, synthesisLimits.keep);
  if (task.labels.length !== 2) {
    throw unfit(
      `Automatic labeling functions take two labels, not ${task.labels.length}. Keep two, or join the others into one.`,
    );
  }
  if (features.length === 0) throw unfit("The table has no numeric column to search.");
  if (train.truth.length === 0) throw unfit("The table has no training row.");
  if (validation.truth.length === 0)
    throw unfit("The table has no labeled validation row: heuristics are fitted on those.");
  for (const [label, name] of task.labels.entries()) {
    if (!validation.truth.includes(label))
      throw unfit(`No validation row is ${name}: with one label there is nothing to tell apart.`);
  }
  const subsets = countSubsets(features.length, options.cardinality);
  if (features.length > synthesisLimits.features) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `The table has ${features.length} numeric columns; the search takes ${synthesisLimits.features}. Name fewer with --features.`,
    );
  }
  if (subsets <= synthesisLimits.subsets && subsets * validation.truth.length > synthesisLimits.roundCells) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `${subsets} feature subsets on ${validation.truth.length} validation rows are more than ${synthesisLimits.roundCells} in one round. Take fewer rows or features, or a lower cardinality.`,
    );
  }
}

function checkRange(what: string, value: number, most: number): void {
  if (!(Number.isInteger(value) && value >= 1 && value <= most)) {
    throw new FlamencoError("FLM_USAGE", `The ${what} is a whole number from 1 to ${most}.`);
  }
}

function unfit(message: string): FlamencoError {
  return new FlamencoError("FLM_SCHEMA", message);
}
