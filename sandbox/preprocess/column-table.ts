import { FlamencoError } from "@flamenco/policies/errors";

/** Numbers (NaN is missing) or texts (empty is missing), one a row. */
export type ColumnValues = Float64Array | readonly string[];

/** A table in memory; every column has as many rows. */
export interface ColumnTable {
  /** In the order in which they are written. */
  readonly names: readonly string[];
  readonly columns: ReadonlyMap<string, ColumnValues>;
}

export function rowsOf({ names, columns }: ColumnTable): number {
  return names.length === 0 ? 0 : columns.get(names[0]!)!.length;
}

/** @throws FLM_FIELD_MISSING */
export function columnOf({ columns }: ColumnTable, name: string): ColumnValues {
  const values = columns.get(name);
  if (values === undefined) throw new FlamencoError("FLM_FIELD_MISSING", `The table has no column ${name}.`);
  return values;
}

/** @throws FLM_FIELD_MISSING, FLM_SCHEMA for a column of texts */
export function numbersOf(table: ColumnTable, name: string): Float64Array {
  const values = columnOf(table, name);
  if (values instanceof Float64Array) return values;
  throw new FlamencoError("FLM_SCHEMA", `The column ${name} holds text where numbers are needed.`);
}

/** Cells of a column as texts; a missing number is empty. @throws FLM_FIELD_MISSING */
export function textsOf(table: ColumnTable, name: string): readonly string[] {
  const values = columnOf(table, name);
  return values instanceof Float64Array
    ? Array.from(values, (value) => (Number.isNaN(value) ? "" : String(value)))
    : values;
}

/** The table with a column put in its place, or at the end when it is new. */
export function withColumn(table: ColumnTable, name: string, values: ColumnValues): ColumnTable {
  const names = table.columns.has(name) ? table.names : [...table.names, name];
  return { names, columns: new Map([...table.columns, [name, values]]) };
}
