import type { PipelineStep } from "@flamenco/policies/wire";
import { type ColumnTable, numbersOf, rowsOf, textsOf, withColumn } from "./column-table.js";
import { findSegments } from "./segments.js";
import { addTrailingWindows, windowFeatures } from "./trailing-windows.js";

export type AugmentStep = Extract<PipelineStep, { step: "augment" }>;

/** The columns that an `augment` step adds, in their order: `windowCount` and so on, as the kind `rtt/1` names them. */
export function augmentedColumns({ prefix = "window" }: AugmentStep): string[] {
  return windowFeatures.map((feature) => `${prefix}${feature}`);
}

/** Feature augmentation of a table: the trailing windows of one column. @throws FLM_FIELD_MISSING, FLM_SCHEMA, FLM_TOO_LARGE */
export function augmentTable(table: ColumnTable, step: AugmentStep): { table: ColumnTable; columns: string[] } {
  const { column, by = [], time, rows, seconds } = step;
  const { codes } = findSegments(
    by.map((name) => textsOf(table, name)),
    rowsOf(table),
  );
  const features = addTrailingWindows({
    values: numbersOf(table, column),
    segments: codes,
    ...(time === undefined ? {} : { timesMs: numbersOf(table, time) }),
    size: seconds === undefined ? { rows: rows ?? 1 } : { seconds },
  });
  const columns = augmentedColumns(step);
  const augmented = windowFeatures.reduce(
    (wider, feature, index) => withColumn(wider, columns[index]!, features[feature]),
    table,
  );
  return { table: augmented, columns };
}
