import { FlamencoError } from "@flamenco/policies/errors";
import type { Scores, Task } from "@flamenco/policies/wire";
import type { LabeledHistogram } from "./vote-histogram.js";

/**
 * F1 and friends of predictions by pattern, over the rows with ground truth. A row without a prediction is a miss of its
 * label and a false alarm of none. F1 = 2 TP / (2 TP + FP + FN).
 * @param predictionOfPattern label index of each pattern, -1 for none.
 * @throws FLM_INTERNAL when the predictions or the task do not fit the histogram.
 */
export function scorePredictions(predictionOfPattern: Int8Array, labeled: LabeledHistogram, task: Task): Scores {
  const { labelCount, truthCounts, counts } = labeled;
  if (task.labels.length !== labelCount || predictionOfPattern.length !== counts.length) {
    throw new FlamencoError("FLM_INTERNAL", "Predictions, histogram and task must agree in patterns and labels.");
  }
  const confusion = task.labels.map(() => new Array<number>(labelCount + 1).fill(0));
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const prediction = predictionOfPattern[pattern]!;
    const column = prediction < 0 ? labelCount : prediction;
    for (let truth = 0; truth < labelCount; truth++) {
      confusion[truth]![column]! += truthCounts[pattern * labelCount + truth]!;
    }
  }
  return scoreConfusion(confusion, task);
}

/**
 * Scores of a confusion table.
 * @param confusion `confusion[truth][prediction]` rows; the last column holds rows without a prediction.
 */
export function scoreConfusion(confusion: number[][], task: Task): Scores {
  const k = task.labels.length;
  const reasons: string[] = [];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const actual = confusion.map(sum);
  const predicted = task.labels.map((_, label) => sum(confusion.map((row) => row[label]!)));
  const right = task.labels.map((_, label) => confusion[label]![label]!);
  const rows = sum(actual);
  const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole);

  if (rows === 0) reasons.push("No row has ground truth.");
  for (const [label, name] of task.labels.entries()) {
    if (rows === 0) break;
    if (actual[label] === 0) reasons.push(`No row is ${name} by ground truth: its recall has no meaning.`);
    if (predicted[label] === 0) reasons.push(`No row was predicted ${name}: its precision has no meaning.`);
  }
  const f1 = task.labels.map((_, label) => ratio(2 * right[label]!, actual[label]! + predicted[label]!));
  const known = f1.filter((value) => value !== null);
  return {
    confusion,
    coverage: rows === 0 ? 0 : sum(predicted) / rows,
    precision: task.labels.map((_, label) => ratio(right[label]!, predicted[label]!)),
    recall: task.labels.map((_, label) => ratio(right[label]!, actual[label]!)),
    f1,
    positiveF1: f1[task.labels.indexOf(task.positive)] ?? null,
    macroF1: known.length < k ? null : sum(known) / k,
    accuracy: ratio(sum(right), rows),
    reasons,
  };
}
