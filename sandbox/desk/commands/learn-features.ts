import { FlamencoError } from "@flamenco/policies/errors";
import { quantileOf, sortFinite } from "../../preprocess/index.js";
import { cellsOf, type DataTable, numericColumn, readNumbers } from "../data-table.js";
import { toLine } from "../text-table.js";

/** Columns to learn from. */
export interface TableFeatures {
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Columns that were not named and are no features. */
  readonly leftOut: readonly { readonly column: string; readonly reason: string }[];
  /** Cells that were filled with the median of training rows, by column. */
  readonly imputed: Readonly<Record<string, number>>;
}

export interface FeatureRequest {
  /** Columns asked for; empty: all numeric ones but those of other use. */
  readonly names: readonly string[];
  /** Columns of other use. */
  readonly taken: ReadonlySet<string>;
  readonly missing: "refuse" | "median";
  readonly train: Int32Array;
}

/** @throws FLM_FIELD_MISSING, FLM_SCHEMA for a named column of text, FLM_USAGE, FLM_LEARN_CONSTANT */
export function readFeatures(table: DataTable, request: FeatureRequest): TableFeatures {
  const { columns, leftOut } = request.names.length === 0 ? findFeatures(table, request) : nameFeatures(table, request);
  if (columns.size === 0)
    throw new FlamencoError("FLM_LEARN_CONSTANT", "The table has no column of numbers to learn from.");
  if (request.missing === "median") return { columns, leftOut, imputed: imputeMedians(columns, request.train) };
  return { columns, leftOut, imputed: {} };
}

type Found = { columns: Map<string, Float64Array>; leftOut: { column: string; reason: string }[] };

function nameFeatures(table: DataTable, { names, taken }: FeatureRequest): Found {
  const other = names.find((name) => taken.has(name) && table.cells.has(name));
  if (other !== undefined) throw new FlamencoError("FLM_USAGE", `${toLine(other)} has another use; it is no feature.`);
  return { columns: new Map(names.map((name) => [name, numericColumn(table, name)])), leftOut: [] };
}

function findFeatures(table: DataTable, { taken, train }: FeatureRequest): Found {
  const columns = new Map<string, Float64Array>();
  const leftOut: { column: string; reason: string }[] = [];
  for (const column of table.names) {
    if (taken.has(column)) continue;
    const values = readNumbers(cellsOf(table, column));
    if (typeof values === "number") leftOut.push({ column, reason: "holds text" });
    else if (train.every((row) => !Number.isFinite(values[row]!)))
      leftOut.push({ column, reason: "has no value in training rows" });
    else columns.set(column, values);
  }
  return { columns, leftOut };
}

/** Fill what is missing or infinite with the median of the training rows' values, in place. @returns cells filled */
function imputeMedians(columns: ReadonlyMap<string, Float64Array>, train: Int32Array): Record<string, number> {
  const imputed: Record<string, number> = {};
  for (const [name, values] of columns) {
    const median = quantileOf(sortFinite(Float64Array.from(train, (row) => values[row]!)), 0.5);
    if (Number.isNaN(median)) {
      throw new FlamencoError(
        "FLM_LEARN_MISSING",
        `The column ${toLine(name)} has no value in training rows to take a median of.`,
      );
    }
    for (let row = 0; row < values.length; row++) {
      if (Number.isFinite(values[row]!)) continue;
      values[row] = median;
      imputed[name] = (imputed[name] ?? 0) + 1;
    }
  }
  return imputed;
}
