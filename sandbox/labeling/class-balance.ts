import { FlamencoError } from "@flamenco/policies/errors";
import type { LabelModel } from "@flamenco/policies/wire";
import type { LabeledHistogram } from "./vote-histogram.js";

/** Prior of each label and where it comes from. */
export interface ClassBalance {
  readonly prior: readonly number[];
  readonly source: LabelModel["classBalanceSource"];
}

const SUM_TOLERANCE = 1e-6;

/** Rows of each true label in a histogram. */
export function countTruth({ labelCount, truthCounts }: LabeledHistogram): number[] {
  const totals = new Array<number>(labelCount).fill(0);
  for (let index = 0; index < truthCounts.length; index++) totals[index % labelCount]! += truthCounts[index]!;
  return totals;
}

/**
 * The class balance: as given, else from labeled validation rows, else uniform. Validation shares follow Laplace's rule of
 * succession, (n_y + 1) / (n + k): a label that the sample happens to lack keeps a chance.
 * @throws FLM_SCHEMA when the given one is not a probability for each label.
 */
export function resolveClassBalance(
  labelCount: number,
  given: readonly number[] | undefined,
  validation: LabeledHistogram | undefined,
): ClassBalance {
  if (given !== undefined) {
    const sum = given.reduce((total, share) => total + share, 0);
    const valid = given.length === labelCount && given.every((share) => share >= 0 && share <= 1);
    if (!valid || !(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
      throw new FlamencoError(
        "FLM_SCHEMA",
        `The class balance must give each of ${labelCount} labels a share, summing to 1.`,
      );
    }
    return { prior: given.map((share) => share / sum), source: "given" };
  }
  const totals = validation === undefined ? [] : countTruth(validation);
  const rows = totals.reduce((total, count) => total + count, 0);
  if (rows > 0) return { prior: totals.map((count) => (count + 1) / (rows + labelCount)), source: "validation" };
  return { prior: new Array<number>(labelCount).fill(1 / labelCount), source: "uniform" };
}
