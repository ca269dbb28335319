import { type ColumnTable, numbersOf, rowsOf } from "./column-table.js";

/** Column that flags synthetic rows with 1, measured ones with 0. A table without it has measured rows alone. */
export const syntheticColumn = "synthetic";

/** Which rows of a table are synthetic, 1 each. @throws FLM_SCHEMA when the column holds text */
export function syntheticFlags(table: ColumnTable): Float64Array {
  return table.columns.has(syntheticColumn) ? numbersOf(table, syntheticColumn) : new Float64Array(rowsOf(table));
}
