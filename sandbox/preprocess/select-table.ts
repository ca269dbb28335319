import type { PipelineStep } from "@flamenco/policies/wire";
import { type ColumnTable, columnOf } from "./column-table.js";
import { correlateColumns } from "./correlations.js";
import { findNearDuplicates, type NearDuplicate } from "./near-duplicates.js";

export type SelectStep = Extract<PipelineStep, { step: "select" }>;

/** Columns that hold numbers, by name. */
export function numericColumnsOf(table: ColumnTable): Map<string, Float64Array> {
  const columns = new Map<string, Float64Array>();
  for (const name of table.names) {
    const values = columnOf(table, name);
    if (values instanceof Float64Array) columns.set(name, values);
  }
  return columns;
}

/**
 * The table with the columns that stay, in their order. Near-duplicates are found by Spearman's correlation, which any rising
 * transformation leaves alone; of two the earlier column stays.
 * @throws FLM_FIELD_MISSING, FLM_TOO_LARGE
 */
export function selectColumns(
  table: ColumnTable,
  { keep, drop, nearDuplicates }: SelectStep,
): { table: ColumnTable; columns: readonly string[]; nearDuplicates: readonly NearDuplicate[] } {
  const found =
    nearDuplicates === undefined
      ? []
      : findNearDuplicates(correlateColumns(numericColumnsOf(table), "spearman"), nearDuplicates).drop;
  const dropped = new Set([...(drop ?? []), ...found.map(({ column }) => column)]);
  for (const name of [...(keep ?? []), ...(drop ?? [])]) columnOf(table, name);
  const names = table.names.filter((name) => (keep === undefined ? !dropped.has(name) : keep.includes(name)));
  const columns = new Map(names.map((name) => [name, columnOf(table, name)]));
  return { table: { names, columns }, columns: names, nearDuplicates: found };
}
