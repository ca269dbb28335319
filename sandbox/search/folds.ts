import { FlamencoError } from "@flamenco/policies/errors";
import { SeededRandom } from "../preprocess/index.js";
import { searchLimits } from "./limits.js";

/** Rows that a candidate learns from, and those on which it is scored. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Label of each row of a table: its index, and the labels' names for messages. */
export interface RowTruth {
  readonly labels: readonly string[];
  /** -1 where it is unknown. */
  readonly truth: Int32Array;
}

/**
 * Stratified k-fold, as scikit-learn's `StratifiedKFold(shuffle=True)` defines it: each row is tested once, each fold has the
 * mix of labels of all rows to within one row a label. Equal seeds give equal folds.
 * @param rows rows to divide; their labels are known
 * @throws FLM_LEARN_FEW_ROWS, FLM_LEARN_FOLD when a label has fewer rows than there are folds
 */
export function stratifiedFolds(rows: Int32Array, known: RowTruth, folds: number, seed: number): Fold[] {
  assertFolds(folds, rows.length, folds);
  const groups = groupByLabel(rows, known);
  for (const [label, group] of groups.entries()) {
    if (group.length >= folds) continue;
    throw new FlamencoError(
      "FLM_LEARN_FOLD",
      `Only ${group.length} training rows are ${known.labels[label]}: not every one of ${folds} folds can have one. Ask for fewer folds.`,
    );
  }
  const random = new SeededRandom(seed);
  const foldOfRow = new Map<number, number>();
  // In the rows sorted by label every k-th belongs to the same fold: that settles how many of each label a fold has.
  let place = 0;
  for (const group of groups) {
    const sizes = new Int32Array(folds);
    for (const _ of group) sizes[place++ % folds]! += 1;
    const drawn = Int32Array.from(Array.from(sizes, (size, fold) => new Array<number>(size).fill(fold)).flat());
    random.shuffle(drawn);
    for (const [index, row] of group.entries()) foldOfRow.set(row, drawn[index]!);
  }
  return Array.from({ length: folds }, (_, fold) => ({
    train: rows.filter((row) => foldOfRow.get(row) !== fold),
    test: rows.filter((row) => foldOfRow.get(row) === fold),
  }));
}

/**
 * Folds in time order, as scikit-learn's `TimeSeriesSplit` defines them: the rows end in `folds` blocks of equal size; each is
 * tested by what was learned from all rows before it.
 * @param rows rows in time order
 * @throws FLM_LEARN_FEW_ROWS, FLM_LEARN_FOLD when a block, or what comes before it, lacks a label
 */
export function timeFolds(rows: Int32Array, known: RowTruth, folds: number): Fold[] {
  assertFolds(folds, rows.length, folds + 1);
  const size = Math.floor(rows.length / (folds + 1));
  const made = Array.from({ length: folds }, (_, fold) => {
    const start = rows.length - (folds - fold) * size;
    return { train: rows.slice(0, start), test: rows.slice(start, start + size) };
  });
  for (const [index, fold] of made.entries()) {
    assertLabels(
      fold,
      known,
      `fold ${index + 1} of ${folds} in time order`,
      "Ask for fewer folds, or for stratified ones.",
    );
  }
  return made;
}

/**
 * One fold: candidates learn from all training rows, and are scored on rows that were held out for this.
 * @throws FLM_LEARN_FEW_ROWS, FLM_LEARN_FOLD
 */
export function heldOutFold(train: Int32Array, test: Int32Array, known: RowTruth): Fold[] {
  if (test.length === 0) throw new FlamencoError("FLM_LEARN_FEW_ROWS", "The split has no labeled validation rows.");
  const fold = { train, test };
  assertLabels(fold, known, "the split", "Ask for stratified folds of training rows, or split anew.");
  return [fold];
}

function assertFolds(folds: number, rows: number, leastRows: number): void {
  if (!Number.isInteger(folds) || folds < 2 || folds > searchLimits.folds) {
    throw new FlamencoError("FLM_USAGE", `The number of folds is a whole number from 2 to ${searchLimits.folds}.`);
  }
  if (rows >= leastRows) return;
  throw new FlamencoError(
    "FLM_LEARN_FEW_ROWS",
    `${rows} training rows cannot make ${folds} folds: at least ${leastRows} are needed.`,
  );
}

function groupByLabel(rows: Int32Array, { labels, truth }: RowTruth): Int32Array[] {
  return labels.map((_, label) => rows.filter((row) => truth[row] === label));
}

/** A score of rows that lack a label, or of a classifier that never saw one, says nothing. */
function assertLabels({ train, test }: Fold, known: RowTruth, where: string, advice: string): void {
  for (const [part, rows] of [
    ["training", train],
    ["scored", test],
  ] as const) {
    const lacking = groupByLabel(rows, known).findIndex((group) => group.length === 0);
    if (lacking < 0) continue;
    throw new FlamencoError(
      "FLM_LEARN_FOLD",
      `In ${where}, none of the ${rows.length} ${part} rows is ${known.labels[lacking]}. ${advice}`,
    );
  }
}
