import { FlamencoError } from "@flamenco/policies/errors";
import { type SplitName, splitByTime, splitNames, splitPresets, splitRows } from "../../preprocess/index.js";
import { cellsOf, type DataTable, numericColumn } from "../data-table.js";
import { toLine } from "../text-table.js";
import type { TableLabels } from "./learn-labels.js";

/** Which rows train, validate and test, and who said so. */
export interface TableSplit {
  /** Place of each row's part among `splitNames`. */
  readonly parts: Uint8Array;
  /** Column that says it; `null`: drawn. */
  readonly column: string | null;
  readonly note: string | null;
}

/** Column that holds the parts when none is named. */
const USUAL_COLUMN = "split";
const DRAWN = "flow";
const spellings: ReadonlyMap<string, SplitName> = new Map([
  ...splitNames.map((name) => [name, name] as const),
  ["val", "validation"],
]);

/**
 * The split that a column says; without one a drawn split: in time order where times are known, else stratified by label. Rows
 * that are flagged synthetic then train.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA naming column and line
 */
export function readSplit(
  table: DataTable,
  named: string | undefined,
  { truth }: TableLabels,
  times: Float64Array | null,
  seed: number,
): TableSplit {
  const column = named ?? (table.cells.has(USUAL_COLUMN) ? USUAL_COLUMN : null);
  if (column !== null) return { parts: readParts(table, column), column, note: null };
  const synthetic = table.cells.has("synthetic")
    ? { synthetic: Uint8Array.from(numericColumn(table, "synthetic"), (flag) => (flag === 0 ? 0 : 1)) }
    : {};
  const shares = splitPresets[DRAWN].join("/");
  if (times !== null) {
    const note = `No split column: ${shares} % of the rows in time order train, validate and test.`;
    return { parts: splitByTime({ timesMs: times, preset: DRAWN, ...synthetic }), column, note };
  }
  const note = `No split column: ${shares} % of the rows of each label train, validate and test, drawn by the seed.`;
  const known = { rows: table.rows, truth: Int8Array.from(truth), seed, preset: DRAWN } as const;
  return { parts: splitRows({ ...known, ...synthetic }), column, note };
}

function readParts(table: DataTable, column: string): Uint8Array {
  return Uint8Array.from(cellsOf(table, column), (cell, row) => {
    const name = spellings.get(cell.trim().toLowerCase());
    if (name !== undefined) return splitNames.indexOf(name);
    throw new FlamencoError(
      "FLM_SCHEMA",
      `${toLine(table.path)}:${table.lines[row]}: the column ${toLine(column)} says none of ${splitNames.join(", ")}.`,
    );
  });
}
