import { placeOf } from "./account.js";
import type { NumericColumn } from "./dialect.js";
import type { FilePlan } from "./file-plan.js";
import { importLimits } from "./limits.js";
import type { RowSchema } from "./row-schema.js";
import { sqlName, sqlText } from "./sql.js";
import { isWithoutDateSql, startTimeSql } from "./start-time-sql.js";

/** Separator of cells in the text that identical rows have in common; the scanner lets no control character through. */
const UNIT_SEPARATOR = "\x1f";

/**
 * Statement that reads a batch of lines (`line number,` and the line's own text, every one with the right number of cells)
 * into the table `batch`: place, reason to drop the row or null, and the fields in the kind's units.
 */
export function readBatchSql(plan: FilePlan, schema: RowSchema, file: number, path: string, quoted: boolean): string {
  return `CREATE OR REPLACE TEMP TABLE batch AS
WITH cells AS (${readCellsSql(plan, path, quoted)}),
parsed AS (SELECT ${parsedColumns(plan).join(",\n  ")} FROM cells),
judged AS (SELECT line, identical, label, ${reasonSql(plan)} AS reason, ${valueColumns(plan).join(",\n  ")} FROM parsed)
SELECT ${placeOf(file, 0)} + line AS place, identical, label, reason, ${fieldColumns(schema).join(", ")} FROM judged`;
}

/** Every cell as text, trimmed of blanks; an empty cell is the empty text, never null. */
function readCellsSql(plan: FilePlan, path: string, quoted: boolean): string {
  const cells = Array.from({ length: plan.cells }, (_, cell) => `'c${cell}': 'VARCHAR'`);
  const quote = quoted ? '"' : "";
  return `SELECT line, ${Array.from({ length: plan.cells }, (_, cell) => `trim(c${cell}) AS c${cell}`).join(", ")}
  FROM read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = ',', quote = '${quote}', escape = '${quote}',
    new_line = '\\n', strict_mode = true, nullstr = chr(1), buffer_size = ${importLimits.readerBufferBytes},
    max_line_size = ${2 * importLimits.lineBytes}, columns = {'line': 'BIGINT', ${cells.join(", ")}})`;
}

function parsedColumns(plan: FilePlan): string[] {
  const numbers = plan.numeric.map(({ cell }) => `c${cell}`);
  const compared = plan.compared?.map((cell) => `c${cell}`);
  const separator = sqlText(UNIT_SEPARATOR);
  return [
    "line",
    ...plan.numeric.map(({ column, cell }) => `TRY_CAST(c${cell} AS DOUBLE) AS ${raw(column)}`),
    ...plan.text.map(({ column, cell }) => `nullif(c${cell}, '') AS ${sqlName(column.field)}`),
    `${plan.label === null ? "NULL::VARCHAR" : `nullif(c${plan.label}, '')`} AS label`,
    `${plan.time === null ? "NULL::VARCHAR" : `c${plan.time}`} AS time_cell`,
    `${plan.time === null ? "NULL::DOUBLE" : startTimeSql(`c${plan.time}`)} AS time_ms`,
    `concat_ws(${separator}, ${numbers.join(", ")}) AS numerals`,
    `least(${numbers.map((cell) => `length(${cell})`).join(", ")}) AS shortest_numeral`,
    `${compared === undefined ? "NULL::UHUGEINT" : `md5_number(concat_ws(${separator}, ${compared.join(", ")}))::UHUGEINT`} AS identical`,
  ];
}

/** The first reason that applies, or null for a row that is kept. */
function reasonSql(plan: FilePlan): string {
  const any = (test: (column: NumericColumn) => string) => plan.numeric.map(({ column }) => test(column)).join(" OR ");
  const time =
    plan.time === null ? [] : [`WHEN time_ms IS NULL AND NOT ${isWithoutDateSql("time_cell")} THEN 'not-a-time'`];
  return `CASE
    WHEN shortest_numeral = 0 ${plan.time === null ? "" : "OR time_cell = ''"} THEN 'missing-value'
    WHEN ${any((column) => `${raw(column)} IS NULL`)} THEN 'not-a-number'
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
