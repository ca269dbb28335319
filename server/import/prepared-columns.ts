import { open } from "node:fs/promises";
import { join } from "node:path";
import { type Field, kindOf, segmentColumn, splitColumn, syntheticColumn } from "@flamenco/policies/wire";
import { type ColumnTable, type ColumnValues, rowsOf, splitNames } from "@flamenco/sandbox/preprocess";
import { canonicalLine } from "@flamenco/sandbox/records";
import type { ImportDatabase } from "./import-database.js";
import { importLimits } from "./limits.js";
import { sqlTypeOf } from "./row-schema.js";
import { sqlName, sqlText } from "./sql.js";

/** Columns of a pipeline's table that are no fields of the kind, and what becomes of them. */
export const madeColumns = Object.freeze({
  label: { column: "label", type: "VARCHAR" },
  segment: { column: segmentColumn, type: "INTEGER" },
  split: { column: splitColumn, type: "INTEGER" },
  synthetic: { column: syntheticColumn, type: "BOOLEAN" },
});
type MadeColumn = keyof typeof madeColumns;
export const isMade = (name: string): name is MadeColumn => Object.hasOwn(madeColumns, name);

/** Put columns of the table into `rows`, and rows that it has beyond the places; by way of a file, which DuckDB reads out of core. */
export async function replaceColumns(
  database: ImportDatabase,
  kindName: string,
  names: readonly string[],
  table: ColumnTable,
  places: Float64Array,
  scratch: string,
): Promise<void> {
  if (names.length === 0) return;
  const path = join(scratch, "prepared.csv");
  await writeColumns(
    path,
    names.map((name) => cellsOf(name, table.columns.get(name) as ColumnValues)),
    places,
    rowsOf(table),
  );
  const kind = kindOf(kindName);
  const targets = names.map((name, index) => {
    const field = kind.fields.find((candidate) => candidate.name === name);
    const type = isMade(name) ? madeColumns[name].type : sqlTypeOf(field as Field);
    // Made-up rows are drawn between whole numbers, too.
    const value = type === "BIGINT" ? `round(c${index}::DOUBLE)::BIGINT` : `c${index}::${type}`;
    return { column: isMade(name) ? madeColumns[name].column : name, value };
  });
  const read = targets.map((_, index) => `'c${index}': 'VARCHAR'`);
  const had = (await database.query("SELECT column_name FROM (DESCRIBE rows)")).map(([column]) => column as string);
  const kept = had.filter((column) => column !== "place" && !targets.some((target) => target.column === column));
  await database.run(
    `CREATE TABLE prepared AS
     SELECT place, ${[...kept.map((column) => `rows.${sqlName(column)}`), ...targets.map(({ column, value }) => `${value} AS ${sqlName(column)}`)].join(", ")}
     FROM read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', nullstr = '',
       max_line_size = ${2 * importLimits.lineBytes}, columns = {'place': 'BIGINT', ${read.join(", ")}}) AS made
     LEFT JOIN rows USING (place)`,
  );
  await database.run("CREATE OR REPLACE VIEW rows AS SELECT * FROM prepared");
}

/** Places of rows that were made up: behind those of every input file. */
const FIRST_SYNTHETIC_PLACE = 2 ** 52;

async function writeColumns(
  path: string,
  columns: readonly ((row: number) => number | string | null)[],
  places: Float64Array,
  rows: number,
): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    for (let first = 0; first < rows; first += importLimits.preparedBatchRows) {
      let text = "";
      for (let row = first; row < Math.min(rows, first + importLimits.preparedBatchRows); row += 1) {
        const place = places[row] ?? FIRST_SYNTHETIC_PLACE + row - places.length;
        text += `${canonicalLine([place, ...columns.map((cell) => cell(row))])}\n`;
      }
      await file.write(text);
    }
  } finally {
    await file.close();
  }
}

/** Cells of a column as DuckDB reads them; parts of the split by their number. */
function cellsOf(name: string, values: ColumnValues): (row: number) => number | string | null {
  if (values instanceof Float64Array) return (row) => (Number.isNaN(values[row]) ? null : (values[row] as number));
  if (name !== "split") return (row) => values[row] as string;
  const parts: readonly string[] = splitNames;
  return (row) => parts.indexOf(values[row] as string);
}
