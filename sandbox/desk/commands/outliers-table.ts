import { FlamencoError } from "@flamenco/policies/errors";
import { learningLimits, type Samples } from "../../learning/index.js";
import { cellsOf, type DataTable, numericColumn, readNumbers } from "../data-table.js";
import { toLine } from "../text-table.js";
import { readNames, selectedRows } from "./data-options.js";

/** What of a table is searched for outliers. */
export interface OutlierTable {
  readonly samples: Samples;
  /** Row of the file that each sample is. */
  readonly rows: Int32Array;
  /** Columns that were not named and hold text. */
  readonly leftOut: readonly string[];
  /** Rows that lack a value and were skipped. */
  readonly skipped: number;
  /** Ground truth of each sample: 1 outlier, 0 none, -1 unknown; `null` without a target column. */
  readonly truth: Int8Array | null;
}

export interface OutlierRequest {
  readonly columns?: string;
  readonly target?: string;
  readonly positive: string;
  readonly where?: string;
  readonly missing: "refuse" | "skip";
}

/** @throws FLM_FIELD_MISSING, FLM_SCHEMA, FLM_USAGE, FLM_LEARN_FEW_ROWS */
export function readOutlierTable(table: DataTable, request: OutlierRequest): OutlierTable {
  const { columns, leftOut } = readColumns(table, readNames(request.columns), request.target);
  if (columns.size === 0) throw new FlamencoError("FLM_USAGE", "The table has no column of numbers to look at.");
  const selected = selectedRows(table, request.where);
  const features = [...columns.keys()];
  const values = [...columns.values()];
  const isComplete = (row: number): boolean =>
    values.every((column) => Math.abs(column[row]!) <= learningLimits.largestValue);
  const rows = request.missing === "skip" ? selected.filter(isComplete) : selected;
  if (rows.length === 0) throw new FlamencoError("FLM_LEARN_FEW_ROWS", "No row is left to look at.");
  const cells = new Float64Array(rows.length * features.length);
  for (let index = 0; index < rows.length; index++) {
    for (const [feature, column] of values.entries()) cells[index * features.length + feature] = column[rows[index]!]!;
  }
  return {
    samples: { rows: rows.length, steps: 1, features: features.map(toLine), values: cells },
    rows,
    leftOut,
    skipped: selected.length - rows.length,
    truth: request.target === undefined ? null : readTruth(cellsOf(table, request.target), request.positive, rows),
  };
}

function readColumns(
  table: DataTable,
  named: readonly string[],
  target: string | undefined,
): { readonly columns: Map<string, Float64Array>; readonly leftOut: readonly string[] } {
  if (target !== undefined && named.includes(target)) {
    throw new FlamencoError("FLM_USAGE", `${toLine(target)} is the ground truth; it cannot be looked at too.`);
  }
  if (named.length > 0) {
    return { columns: new Map(named.map((name) => [name, numericColumn(table, name)])), leftOut: [] };
  }
  const columns = new Map<string, Float64Array>();
  const leftOut: string[] = [];
  for (const name of table.names) {
    if (name === target) continue;
    const values = readNumbers(cellsOf(table, name));
    if (typeof values === "number") leftOut.push(name);
    else columns.set(name, values);
  }
  return { columns, leftOut };
}

/** @throws FLM_USAGE where no cell says outlier, and none is a number: the wrong word was given */
function readTruth(cells: readonly string[], positive: string, rows: Int32Array): Int8Array {
  const truth = Int8Array.from(rows, (row) => {
    const cell = cells[row]!.trim();
    return cell === "" ? -1 : Number(cell === positive);
  });
  if (!truth.includes(1) && typeof readNumbers(cells) === "number") {
    throw new FlamencoError("FLM_USAGE", "No cell of the target column says outlier: name the word with --positive.");
  }
  return truth;
}
