import type { LabelScoreName, OverallScoreName } from "./count-scores.js";

/**
 * Why a score that is not defined is not, in one sentence.
 * @param confusion `confusion[truth][prediction]`
 * @param label index, for the score of one label
 */
export function explainUndefined(
  name: LabelScoreName | OverallScoreName,
  confusion: readonly (readonly number[])[],
  labels: readonly string[],
  label?: number,
): string {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const actual = confusion.map(sum);
  const predicted = labels.map((_, column) => sum(confusion.map((row) => row[column]!)));
  const candidates = label === undefined ? [...labels.keys()] : [label];
  const find = (lacks: (index: number) => boolean): string =>
    labels[candidates.find(lacks) ?? -1] ?? "one of the labels";
  if (sum(actual) === 0) return "No row has ground truth.";
  switch (name) {
    case "precision":
    case "macroPrecision":
    case "weightedPrecision":
      return `No row was predicted ${find((index) => predicted[index] === 0)}: its precision has no meaning.`;
    case "f1":
    case "macroF1":
      return `No row is ${find((index) => actual[index]! + predicted[index]! === 0)}, by truth or prediction: its F1 has no meaning.`;
    case "matthews":
      return "All rows have one label, by truth or by prediction: there is nothing to correlate.";
    case "rocAuc":
      return actual.filter((count) => count > 0).length < 2
        ? "All rows have one label by ground truth: there is nothing to rank."
        : `No row is ${find((index) => actual[index] === 0)} by ground truth.`;
    default:
      return `No row is ${find((index) => actual[index] === 0)} by ground truth.`;
  }
}
