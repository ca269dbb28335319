import { FlamencoError } from "@flamenco/policies/errors";
import type { Command } from "commander";
import { type ColumnTable, type ColumnValues, readCondition, selectRows } from "../../preprocess/index.js";
import { toColumnTable } from "../data-file.js";
import { type DataTable, numericColumn } from "../data-table.js";

/** @throws FLM_USAGE */
export function readSeed(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new FlamencoError("FLM_USAGE", "--seed takes a whole number.");
  return Number(text);
}

/** @throws FLM_USAGE naming the option */
export function readNumberOption(text: string, option: string, { least = 0, most = 1e9, whole = false } = {}): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new FlamencoError("FLM_USAGE", `${option} takes a${whole ? " whole" : ""} number from ${least} to ${most}.`);
  }
  return value;
}

/** `a,b` as names. */
export const readNames = (text: string | undefined): string[] =>
  (text ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

export function addWhereOption(command: Command): Command {
  return command.option("--where <condition>", "rows to look at, for example \"rtt > 0 and dst != '10.0.0.1'\"");
}

/** Rows that a condition selects; all without one. @throws FLM_USAGE, FLM_FIELD_MISSING, FLM_SCHEMA */
export function selectedRows(table: DataTable, where: string | undefined): Int32Array {
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row);
  if (where === undefined) return rows;
  const condition = readCondition(where);
  const needs = { numbers: new Set(condition.numericColumns), texts: new Set(condition.textColumns) };
  const mask = selectRows(toColumnTable(table, needs), condition);
  return rows.filter((row) => mask[row] === 1);
}

/** One column's numbers on some rows. */
export function numbersAt(table: DataTable, column: string, rows: Int32Array): Float64Array {
  const values = numericColumn(table, column);
  return Float64Array.from(rows, (row) => values[row]!);
}

/** Some rows of a table: columns whose cells are all numbers as such, others as texts. */
export function tableAt(table: DataTable, rows: Int32Array): ColumnTable {
  const whole = toColumnTable(table, { numbers: new Set(), texts: new Set() });
  const pick = (values: ColumnValues): ColumnValues =>
    values instanceof Float64Array
      ? Float64Array.from(rows, (row) => values[row]!)
      : Array.from(rows, (row) => values[row]!);
  return { names: whole.names, columns: new Map([...whole.columns].map(([name, values]) => [name, pick(values)])) };
}
