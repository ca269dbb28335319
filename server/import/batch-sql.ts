import { placeOf } from "./account.js";
import { type BatchReading, cellText, numberSql, plainCells, readCellsSql } from "./cells-sql.js";
import { type NumericColumn, startTimeSql } from "./dialects/index.js";
import type { FilePlan } from "./file-plan.js";
import { isSoundSql, rawName, reasonSql } from "./judgment-sql.js";
import { importLimits } from "./limits.js";
import { type RowSchema, sqlTypeOf } from "./row-schema.js";
import { sqlName, sqlText } from "./sql.js";

/**
 * Query of the rows of a batch: place, place that an account shows, two keys of identical rows, label cell, reason to drop the
 * row or null, and the fields in the kind's units. A typed reading gives only rows that are kept: those that it leaves out are
 * for a careful one.
 */
export function readBatchSql(plan: FilePlan, schema: RowSchema, file: number, reading: BatchReading): string {
  const judged = reading.typed
    ? `SELECT *, NULL::VARCHAR AS reason FROM parsed WHERE ${isSoundSql(plan)}`
    : `SELECT *, ${reasonSql(plan)} AS reason FROM parsed`;
  // The limit is never reached: it keeps DuckDB from putting the filter below the projection, where every number would be read
  // from its cell again in each of its comparisons (measured on nfdump and nProbe rows: five times the work).
  return `WITH cells AS (${readCellsSql(plan, reading)}),
parsed AS (SELECT *, ${parsedColumns(plan, reading.typed).join(",\n  ")} FROM cells LIMIT ${importLimits.linesOfFile}),
judged AS (${judged}),
valued AS (SELECT line, record, key, other_key, label, reason, ${valueColumns(plan).join(",\n  ")} FROM judged)
SELECT ${placeOf(file, 0)} + line AS place, ${placeOf(file, 0)} + record AS shown,
  key, other_key, label, reason, ${fieldColumns(schema).join(", ")} FROM valued`;
}

function parsedColumns(plan: FilePlan, typed: boolean): string[] {
  const time = plan.time === null ? null : `trim(${cellText(plan.time)})`;
  return [
    ...plan.numeric.map((placed) => `${numberSql(plan, placed, typed)} AS ${rawName(placed.column)}`),
    `${plan.label === null ? "NULL::VARCHAR" : `nullif(trim(${cellText(plan.label)}), '')`} AS label`,
    `${time ?? "NULL::VARCHAR"} AS time_cell`,
    `${time === null ? "NULL::DOUBLE" : startTimeSql(plan.dialect.time, time)} AS time_ms`,
    `${keySql(plan, typed, 1)} AS key`,
    `${keySql(plan, typed, 2)} AS other_key`,
  ];
}

/**
 * Hash that rows share when they agree in every cell that says something of the flow, whatever the way they were read; null
 * where flows are not named. Two of them make a chance collision in 10^10 rows less likely than one in 10^18.
 */
function keySql(plan: FilePlan, typed: boolean, salt: number): string {
  if (plan.compared === null) return "NULL::UBIGINT";
  const plain = plainCells(plan);
  const values = plan.compared.map((cell) => {
    if (!plain.has(cell)) return cellText(cell);
    return typed ? `c${cell}` : `TRY_CAST(c${cell} AS DOUBLE)`;
  });
  return `hash(${[salt, ...values].join(", ")})`;
}

function valueColumns(plan: FilePlan): string[] {
  return [
    ...plan.numeric.map(({ column }) => `${valueSql(column)} AS ${sqlName(column.field)}`),
    ...plan.text.map(({ column, cell }) => {
      const tokens = ["", ...(column.missing ?? [])].map(sqlText).join(", ");
      const text = `trim(${cellText(cell)})`;
      return `CASE WHEN ${text} NOT IN (${tokens}) THEN ${text} END AS ${sqlName(column.field)}`;
    }),
    `time_ms AS ${sqlName(plan.dialect.time.field)}`,
    ...(plan.stem === null ? [] : [`${sqlText(plan.stem.value)} AS ${sqlName(plan.stem.field)}`]),
  ];
}

/** Value in the kind's unit. One IEEE division: the same number in any engine. */
function valueSql(column: NumericColumn): string {
  const raw = rawName(column);
  const scaled = column.divisor === 1 ? raw : `${raw} / ${column.divisor.toExponential()}`;
  const typed = column.integer ? `TRY_CAST(${scaled} AS BIGINT)` : scaled;
  const given = [
    ...(column.missingBelowMin === undefined ? [] : [`${raw} >= ${column.min}`]),
    ...(column.missingAboveMax === undefined ? [] : [`${raw} <= ${column.max}`]),
  ];
  return given.length === 0 ? typed : `CASE WHEN ${given.join(" AND ")} THEN ${typed} END`;
}

function fieldColumns(schema: RowSchema): string[] {
  return schema.fields.map((field) => {
    const derived = schema.derived.find((candidate) => candidate.field === field.name);
    // A sum of values that drop their row may be no number at all.
    const value = derived === undefined ? sqlName(field.name) : `TRY(${derived.sql})`;
    return `${value}::${sqlTypeOf(field)} AS ${sqlName(field.name)}`;
  });
}
