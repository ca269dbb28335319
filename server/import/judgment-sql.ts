import { cellText, isNotGivenSql } from "./cells-sql.js";
import { isMissingTimeSql, type NumericColumn } from "./dialects/index.js";
import type { FilePlan } from "./file-plan.js";
import { sqlName } from "./sql.js";

/** Column that holds the file's number of a field, before it is judged. */
export const rawName = (column: NumericColumn) => sqlName(`raw_${column.field}`);

/**
 * SQL: true for a row of a typed reading that has no reason to be dropped, in few comparisons: most rows have none. False or
 * null for every other row, and for some that are looked at closely and kept.
 */
export function isSoundSql(plan: FilePlan): string {
  const noTime =
    plan.time === null ? [] : [`(time_ms IS NOT NULL OR ${isMissingTimeSql(plan.dialect.time, "time_cell")})`];
  const sound = plan.numeric.map((placed) => {
    const bounded = isWithinSql(placed.column);
    const notGiven = isNotGivenSql(plan, placed, true);
    return notGiven === "false"
      ? bounded
      : `(CASE WHEN ${rawName(placed.column)} IS NULL THEN ${notGiven} ELSE ${bounded} END)`;
  });
  return all([...noTime, ...sound]);
}

/** SQL: the first reason to drop a row of a careful reading (`dropReasons`), or null for a row that is kept. */
export function reasonSql(plan: FilePlan): string {
  const columns = plan.numeric.map(({ column }) => column);
  const absent = plan.numeric.map(
    (placed) => `(${rawName(placed.column)} IS NULL AND NOT ${isNotGivenSql(plan, placed, false)})`,
  );
  const blank = plan.numeric.map(({ cell }, index) => `(trim(${cellText(cell)}) = '' AND ${absent[index]})`);
  const missingTime = plan.time === null ? "true" : isMissingTimeSql(plan.dialect.time, "time_cell");
  const noTime = `(time_ms IS NULL AND NOT ${missingTime})`;
  return `CASE
    WHEN ${noTime} AND time_cell = '' THEN 'missing-value'
    WHEN ${any(absent)} THEN (CASE WHEN ${any(blank)} THEN 'missing-value' ELSE 'not-a-number' END)
    WHEN ${any(columns.map((column) => `isnan(${rawName(column)})`))} THEN 'nan'
    WHEN ${any(columns.map((column) => `isinf(${rawName(column)})`))} THEN 'infinite'
    WHEN ${any(columns.map(isOutOfRangeSql))} THEN 'out-of-range'
    WHEN ${noTime} THEN 'not-a-time'
  END`;
}

const all = (tests: readonly string[]) => (tests.length === 0 ? "true" : tests.join(" AND "));
const any = (tests: readonly string[]) => (tests.length === 0 ? "false" : tests.join(" OR "));

/** True for a number within its bounds; null for none. NaN is above every bound. */
function isWithinSql(column: NumericColumn): string {
  const value = rawName(column);
  const low = column.missingBelowMin === undefined ? [`${value} >= ${column.min}`] : [`${value} > '-Infinity'::DOUBLE`];
  const high = column.missingAboveMax === undefined ? [`${value} <= ${column.max}`] : [`${value} < 'Infinity'::DOUBLE`];
  return `(${all([...low, ...high, ...(column.integer ? [`${value} = trunc(${value})`] : [])])})`;
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
