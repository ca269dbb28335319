import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import type { ClassifierName } from "@flamenco/policies/wire";
import { assertFinite, buildSequences, countUp, type LabelWeights, type Samples } from "../../learning/index.js";
import { findSegments, type splitNames } from "../../preprocess/index.js";
import { cellsOf, type DataTable, numericColumn, readDataTable } from "../data-table.js";
import { toLine } from "../text-table.js";
import { readNames } from "./data-options.js";
import { readFeatures, type TableFeatures } from "./learn-features.js";
import { readLabels, type TableLabels } from "./learn-labels.js";
import type { LearnOptions, LearnPlan } from "./learn-options.js";
import { readSplit, type TableSplit } from "./learn-split.js";

/** A table as classifiers read it. */
export interface LearnTable
  extends Pick<TableLabels, "labels" | "truth" | "learned">,
    Pick<TableFeatures, "leftOut" | "imputed"> {
  readonly rows: number;
  readonly samples: Samples;
  readonly weights: LabelWeights;
  /** Index of the positive label. */
  readonly positive: number;
  readonly split: TableSplit;
  /** Rows of each part that can be used: training rows with a label to learn from, others with ground truth. */
  readonly parts: Readonly<Record<(typeof splitNames)[number], Int32Array>>;
  /** Rows of the training part that have no label to learn from. */
  readonly unlabeledTrain: number;
}

/**
 * Read a table for learning. Training rows are in time order where times are known.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA, FLM_USAGE, FLM_TOO_LARGE, FLM_LEARN_ONE_CLASS, FLM_LEARN_CONSTANT, FLM_LEARN_MISSING,
 *   FLM_LEARN_FEW_ROWS
 */
export async function readLearnTable(path: string, options: LearnOptions, plan: LearnPlan): Promise<LearnTable> {
  const table = await readDataTable(path);
  const soft = readNames(options.soft);
  const labels = readLabels(table, options.target, soft);
  const positive = options.positive === undefined ? labels.labels.length - 1 : labels.labels.indexOf(options.positive);
  if (positive < 0) throw new FlamencoError("FLM_USAGE", "--positive is none of the labels in the target column.");
  const times = options.time === undefined ? null : readTimes(table, options.time);
  const split = readSplit(table, options.split, labels, times, plan.seed);
  const rowsOf = (part: number, known: Int32Array) =>
    countUp(table.rows).filter((row) => split.parts[row] === part && known[row]! >= 0);
  const train = rowsOf(0, labels.learned);
  if (train.length === 0) throw new FlamencoError("FLM_LEARN_FEW_ROWS", "No training row has a label to learn from.");
  if (times !== null) train.sort((a, b) => times[a]! - times[b]! || a - b);
  const others = [options.target, split.column, options.time, options.sequenceOf, "synthetic", ...soft];
  const { columns, leftOut, imputed } = readFeatures(table, {
    names: readNames(options.features),
    taken: new Set(others.filter((name) => name != null)),
    missing: options.missing,
    train,
  });
  const segments =
    options.sequenceOf === undefined ? null : findSegments([cellsOf(table, options.sequenceOf)], table.rows).codes;
  const isSequence = plan.steps > 1;
  const samples = buildSequences(columns, isSequence ? segments : null, isSequence ? times : null, plan.steps);
  if (!readsMissing.has(options.model)) assertComplete(samples, options.model);
  return {
    ...labels,
    rows: table.rows,
    samples,
    positive,
    split,
    parts: { train, validation: rowsOf(1, labels.truth), test: rowsOf(2, labels.truth) },
    unlabeledTrain: split.parts.reduce((rows, part) => rows + (part === 0 ? 1 : 0), 0) - train.length,
    leftOut,
    imputed,
  };
}

/** Trees send missing values to one side of a split. */
const readsMissing: ReadonlySet<ClassifierName> = new Set(["tree", "forest"]);

/** All rows, since all are predicted. */
function assertComplete(samples: Samples, model: ClassifierName): void {
  try {
    assertFinite(samples, countUp(samples.rows), model);
  } catch (cause) {
    if (!isFlamencoError(cause, "FLM_LEARN_MISSING")) throw cause;
    const advice = "Fill them with --missing median, leave columns out with --features, or choose tree or forest.";
    throw new FlamencoError("FLM_LEARN_MISSING", `${toLine(cause.message)} ${advice}`, { cause });
  }
}

function readTimes(table: DataTable, column: string): Float64Array {
  const times = numericColumn(table, column);
  const lacking = times.findIndex((time) => Number.isNaN(time));
  if (lacking < 0) return times;
  throw new FlamencoError(
    "FLM_SCHEMA",
    `${toLine(table.path)}:${table.lines[lacking]}: the column ${toLine(column)} has no time.`,
  );
}
