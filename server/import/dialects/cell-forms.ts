import type { NumericColumn } from "./dialect.js";

/** SQL: DOUBLE of a text cell in the column's form, before its divisor; null for text in any other form. */
export function cellValueSql(_column: NumericColumn, cell: string): string {
  return `TRY_CAST(${cell} AS DOUBLE)`;
}
