import { placeOf } from "./account.js";
import { isMissingTimeSql, type NumericColumn, startTimeSql } from "./dialects/index.js";
import type { FilePlan } from "./file-plan.js";
import { importLimits } from "./limits.js";
import type { RowSchema } from "./row-schema.js";
import { sqlName, sqlText } from "./sql.js";

/** Separator of cells in the text that identical rows have in common; the scanner lets no control character through. */
const UNIT_SEPARATOR = "\x1f";

/**
 * Statement that reads a batch of lines (`line number,` and the line's own text, every one with the right number of cells)
 * into the table `rows`: place, reason to drop the row or null, and the fields in the kind's units.
 */
export function readBatchSql(plan: FilePlan, schema: RowSchema, file: number, path: string, quoted: boolean): string {
  return `INSERT INTO rows
WITH cells AS (${readCellsSql(plan, path, quoted)}),
parsed AS (SELECT ${parsedColumns(plan).join(",\n  ")} FROM cells),
judged AS (SELECT *, ${reasonSql(plan)} AS reason FROM parsed),
valued AS (SELECT line, identical, label, reason, ${valueColumns(plan).join(",\n  ")} FROM judged)
SELECT ${placeOf(file, 0)} + line, identical, label, reason, ${fieldColumns(schema).join(", ")} FROM valued`;
}

/** Every cell as text, as it stands; an empty cell is the empty text, never null. */
function readCellsSql(plan: FilePlan, path: string, quoted: boolean): string {
  const cells = Array.from({ length: plan.cells }, (_, cell) => `'c${cell}': 'VARCHAR'`);
  const quote = quoted ? '"' : "";
  return `SELECT * FROM read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = ',',
    quote = '${quote}', escape = '${quote}', new_line = '\\n', strict_mode = true, nullstr = chr(1),
    buffer_size = ${importLimits.readerBufferBytes}, max_line_size = ${2 * importLimits.lineBytes},
    columns = {'line': 'BIGINT', ${cells.join(", ")}})`;
}

function parsedColumns(plan: FilePlan): string[] {
  const numbers = plan.numeric.map(({ cell }) => `c${cell}`);
  const separator = sqlText(UNIT_SEPARATOR);
  return [
    "line",
    ...plan.numeric.map(({ column, cell }) => `TRY_CAST(c${cell} AS DOUBLE) AS ${raw(column)}`),
    ...plan.text.map(({ column, cell }) => `nullif(trim(c${cell}), '') AS ${sqlName(column.field)}`),
    `${plan.label === null ? "NULL::VARCHAR" : `nullif(trim(c${plan.label}), '')`} AS label`,
    `${plan.time === null ? "NULL::VARCHAR" : `trim(c${plan.time})`} AS time_cell`,
    `${plan.time === null ? "NULL::DOUBLE" : startTimeSql(plan.dialect.time, `trim(c${plan.time})`)} AS time_ms`,
    `concat_ws(${separator}, ${numbers.join(", ")}) AS numerals`,
    `${identitySql(plan)} AS identical`,
  ];
}

/** Key that rows share when they agree in every cell that says something of the flow; null where flows are not named. */
function identitySql(plan: FilePlan): string {
  if (plan.compared === null) return "NULL::UHUGEINT";
  const numbers = new Set(plan.numeric.map(({ cell }) => cell));
  const others = plan.compared.filter((cell) => !numbers.has(cell)).map((cell) => `c${cell}`);
  return `md5_number(concat_ws(${sqlText(UNIT_SEPARATOR)}, ${others.join(", ")}, numerals))`;
}

/** The first reason that applies, or null for a row that is kept. */
function reasonSql(plan: FilePlan): string {
  const columns = plan.numeric.map(({ column }) => column);
  const any = (test: (column: NumericColumn) => string) => columns.map(test).join(" OR ");
  const blank = String.raw`regexp_matches(numerals, '(^|\x1f)\s*(\x1f|$)')`;
  const time =
    plan.time === null
      ? []
      : [`WHEN time_ms IS NULL AND NOT ${isMissingTimeSql(plan.dialect.time, "time_cell")} THEN 'not-a-time'`];
  return `CASE
    WHEN ${plan.time === null ? "false" : "time_cell = ''"} THEN 'missing-value'
    WHEN ${any((column) => `${raw(column)} IS NULL`)} THEN (CASE WHEN ${blank} THEN 'missing-value' ELSE 'not-a-number' END)
    -- DuckDB's cast reads 1_000 and +-1, which are not numbers in a CSV file.
    WHEN contains(numerals, '_') OR contains(numerals, '+-') THEN 'not-a-number'
    WHEN ${any((column) => `isnan(${raw(column)})`)} THEN 'nan'
    WHEN ${any((column) => `isinf(${raw(column)})`)} THEN 'infinite'
    WHEN ${any(outOfRangeSql)} THEN 'out-of-range'
    ${time.join("")}
  END`;
}

function outOfRangeSql(column: NumericColumn): string {
  const value = raw(column);
  const tests = [
    ...(column.missingBelowMin === undefined ? [`${value} < ${column.min}`] : []),
    `${value} > ${column.max}`,
    ...(column.integer ? [`${value} <> trunc(${value})`] : []),
  ];
  return `(${tests.join(" OR ")})`;
}

function valueColumns(plan: FilePlan): string[] {
  return [
    ...plan.numeric.map(({ column }) => `${valueSql(column)} AS ${sqlName(column.field)}`),
    ...plan.text.map(({ column }) => sqlName(column.field)),
    `time_ms AS ${sqlName(plan.dialect.time.field)}`,
    ...(plan.stem === null ? [] : [`${sqlText(plan.stem.value)} AS ${sqlName(plan.stem.field)}`]),
  ];
}

/** Value in the kind's unit. One IEEE division: the same number in any engine. */
function valueSql(column: NumericColumn): string {
  const scaled = column.divisor === 1 ? raw(column) : `${raw(column)} / ${column.divisor.toExponential()}`;
  const typed = column.integer ? `TRY_CAST(${scaled} AS BIGINT)` : scaled;
  return column.missingBelowMin === undefined ? typed : `CASE WHEN ${raw(column)} >= ${column.min} THEN ${typed} END`;
}

function fieldColumns(schema: RowSchema): string[] {
  return schema.fields.map(({ name }) => {
    const derived = schema.derived.find(({ field }) => field === name);
    return derived === undefined ? sqlName(name) : `${derived.sql} AS ${sqlName(name)}`;
  });
}

const raw = (column: NumericColumn) => sqlName(`raw_${column.field}`);
