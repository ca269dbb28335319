import { FlamencoError } from "@flamenco/policies/errors";
import type { Samples } from "./classifier.js";
import { type LabelWeights, totalWeights } from "./label-weights.js";
import { learningLimits } from "./limits.js";

/** Column names that a message quotes before it says how many more there are. */
const NAMES_QUOTED = 5;

/** @param labels after class weights @throws FLM_LEARN_FEW_ROWS, FLM_LEARN_ONE_CLASS */
export function assertTwoLabels(labels: LabelWeights, rows: Int32Array): void {
  if (rows.length < 2) throw new FlamencoError("FLM_LEARN_FEW_ROWS", "A classifier needs at least two training rows.");
  const occurring = totalWeights(labels, rows).reduce((count, total) => count + (total > 0 ? 1 : 0), 0);
  if (occurring >= 2) return;
  throw new FlamencoError(
    "FLM_LEARN_ONE_CLASS",
    `The ${rows.length} training rows have ${occurring === 1 ? "one label only" : "no label of any weight"}.`,
  );
}

/** @param rowsAre what the message calls the rows @throws FLM_LEARN_CONSTANT when every feature has one value, or is missing, in all of the rows */
export function assertSomeFeatureVaries(
  { steps, features, values }: Samples,
  rows: Int32Array,
  rowsAre = "training rows",
): void {
  const width = steps * features.length;
  const first = (rows[0] ?? 0) * width;
  const varies = rows.some((row) => {
    for (let cell = 0; cell < width; cell++) {
      const [one, other] = [values[row * width + cell]!, values[first + cell]!];
      if (one !== other && !(Number.isNaN(one) && Number.isNaN(other))) return true;
    }
    return false;
  });
  if (varies) return;
  throw new FlamencoError(
    "FLM_LEARN_CONSTANT",
    `None of the ${features.length} features (${quoteNames(features)}) varies over the ${rows.length} ${rowsAre}.`,
  );
}

/**
 * @param model that needs finite values, none so large that its square is not
 * @throws FLM_LEARN_MISSING naming columns, and how many rows are concerned
 */
export function assertFinite({ steps, features, values }: Samples, rows: Int32Array, model: string): void {
  const concerned = new Set<number>();
  const width = steps * features.length;
  let rowsConcerned = 0;
  for (const row of rows) {
    let isConcerned = false;
    for (let cell = 0; cell < width; cell++) {
      if (Math.abs(values[row * width + cell]!) <= learningLimits.largestValue) continue;
      isConcerned = true;
      concerned.add(cell % features.length);
    }
    if (isConcerned) rowsConcerned += 1;
  }
  if (rowsConcerned === 0) return;
  const names = features.filter((_, feature) => concerned.has(feature));
  throw new FlamencoError(
    "FLM_LEARN_MISSING",
    `${model} cannot read values that are missing, infinite or beyond ${learningLimits.largestValue}: ${rowsConcerned} of ${rows.length} rows have them, in ${quoteNames(names)}.`,
  );
}

function quoteNames(names: readonly string[]): string {
  const more = names.length - NAMES_QUOTED;
  return `${names.slice(0, NAMES_QUOTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
