import { isBlankSql, isNotGivenSql } from "./cells-sql.js";
import { isMissingTimeSql, type NumericColumn } from "./dialects/index.js";
import type { FilePlan } from "./file-plan.js";
import { sqlName } from "./sql.js";

/** Column that holds the file's number of a field, before it is judged. */
export const rawName = (column: NumericColumn) => sqlName(`raw_${column.field}`);

/**
 * SQL: the first reason to drop a row that applies (`dropReasons`), or null for a row that is kept. Most rows have none, so
 * that is asked first, in few comparisons.
 * @param typed as the batch was read.
 */
export function reasonSql(plan: FilePlan, typed: boolean): string {
  const columns = plan.numeric.map(({ column }) => column);
  const absent = plan.numeric.map(
    (placed) => `(${rawName(placed.column)} IS NULL AND NOT ${isNotGivenSql(plan, placed, typed)})`,
  );
  const blank = plan.numeric.map((placed, index) => `(${isBlankSql(plan, placed, typed)} AND ${absent[index]})`);
  const missingTime = plan.time === null ? "true" : isMissingTimeSql(plan.dialect.time, "time_cell");
  const noTime = `(time_ms IS NULL AND NOT ${missingTime})`;
  return `CASE
    WHEN ${all([`NOT ${noTime}`, ...columns.map(isKeptSql)])} THEN NULL
    WHEN ${noTime} AND time_cell = '' THEN 'missing-value'
    WHEN ${any(absent)} THEN (CASE WHEN ${any(blank)} THEN 'missing-value' ELSE 'not-a-number' END)
    WHEN ${any(columns.map((column) => `isnan(${rawName(column)})`))} THEN 'nan'
    WHEN ${any(columns.map((column) => `isinf(${rawName(column)})`))} THEN 'infinite'
    WHEN ${any(columns.map(isOutOfRangeSql))} THEN 'out-of-range'
    WHEN ${noTime} THEN 'not-a-time'
  END`;
}

const all = (tests: readonly string[]) => tests.join(" AND ");
const any = (tests: readonly string[]) => (tests.length === 0 ? "false" : tests.join(" OR "));

/** True for a number within its bounds; null for none, so that the row is looked at closely. NaN is above every bound. */
function isKeptSql(column: NumericColumn): string {
  const value = rawName(column);
  const bounded = column.missingBelowMin === undefined && column.missingAboveMax === undefined;
  if (!bounded) return `(isfinite(${value}) AND NOT ${isOutOfRangeSql(column)})`;
  return `${value} BETWEEN ${column.min} AND ${column.max}${column.integer ? ` AND ${value} = trunc(${value})` : ""}`;
}

function isOutOfRangeSql(column: NumericColumn): string {
  const value = rawName(column);
  const tests = [
    ...(column.missingBelowMin === undefined ? [`${value} < ${column.min}`] : []),
    ...(column.missingAboveMax === undefined ? [`${value} > ${column.max}`] : []),
    ...(column.integer ? [`${value} <> trunc(${value})`] : []),
  ];
  return `(${any(tests)})`;
}
