import { cellValueSql, isMissingCellSql, type NumericColumn } from "./dialects/index.js";
import type { FilePlan } from "./file-plan.js";
import { importLimits } from "./limits.js";
import { sqlText } from "./sql.js";

/** How the cells of a batch are read. */
export interface BatchReading {
  /** Of lines as `LineBatch` writes them. */
  readonly path: string;
  readonly quoted: boolean;
  /**
   * Plain numbers are read as such, and a line with a cell that is none, or with too few or too many cells, is skipped. Else
   * every cell is read as text and judged.
   */
  readonly typed: boolean;
  /** The number of the row's record follows that of the line: rows of a decoder, of which several may share a record. */
  readonly records: boolean;
}

type PlacedNumber = FilePlan["numeric"][number];

/** Cells that hold a plain number for every field that is made of them. */
export function plainCells(plan: FilePlan): ReadonlySet<number> {
  const others = [...plan.numeric.filter(({ column }) => !isPlain(column)), ...plan.text].map(({ cell }) => cell);
  const notPlain = new Set<number | null>([...others, plan.time, plan.label]);
  return new Set(plan.numeric.map(({ cell }) => cell).filter((cell) => !notPlain.has(cell)));
}

const isPlain = ({ form = "number", missing = [] }: NumericColumn) =>
  form === "number" && missing.every((token) => token === "");

/** Cells `c0`, `c1`, … as they stand, behind the numbers of their line and its record. An empty cell is null. */
export function readCellsSql(plan: FilePlan, { path, quoted, typed, records }: BatchReading): string {
  const plain = typed ? plainCells(plan) : new Set();
  const types = Array.from(
    { length: plan.cells },
    (_, cell) => `'c${cell}': '${plain.has(cell) ? "DOUBLE" : "VARCHAR"}'`,
  );
  const quote = quoted ? '"' : "";
  const numbers = records ? "'line': 'BIGINT', 'record': 'BIGINT'" : "'line': 'BIGINT'";
  return `SELECT *${records ? "" : ", line AS record"} FROM read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = '${plan.dialect.delimiter}',
    quote = '${quote}', escape = '${quote}', new_line = '\\n', strict_mode = true, nullstr = '', ignore_errors = ${typed},
    buffer_size = ${importLimits.readerBufferBytes}, max_line_size = ${2 * importLimits.lineBytes},
    columns = {${numbers}, ${types.join(", ")}})`;
}

/** Text of a cell; an empty one is the empty text. */
export const cellText = (cell: number) => `coalesce(c${cell}, '')`;

/** The file's number of a cell, DOUBLE; null where the cell says "not given" and where it is no number. */
export function numberSql(plan: FilePlan, { column, cell }: PlacedNumber, typed: boolean): string {
  return isNumber(plan, cell, typed) ? `c${cell}` : cellValueSql(column, `trim(${cellText(cell)})`);
}

/** True where a cell that gave no number says "not given". */
export function isNotGivenSql(plan: FilePlan, { column, cell }: PlacedNumber, typed: boolean): string {
  if (isNumber(plan, cell, typed)) return column.missing?.includes("") === true ? "true" : "false";
  return isMissingCellSql(column, `trim(${cellText(cell)})`);
}

const isNumber = (plan: FilePlan, cell: number, typed: boolean) => typed && plainCells(plan).has(cell);
