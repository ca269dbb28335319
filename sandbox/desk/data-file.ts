import { type ColumnNeeds, type ColumnTable, columnOf, rowsOf } from "../preprocess/index.js";
import { canonicalLine } from "../records/index.js";
import { type DataTable, numericColumn, readNumbers } from "./data-table.js";
import { Progress } from "./progress.js";
import { TableOutput } from "./table-output.js";

/** Rows between two looks at the clock. */
const ROWS_A_LOOK = 5_000;

/**
 * A file's cells as columns: numbers and texts as the work needs them; a column that it names in neither way is numbers when all
 * its cells are.
 * @throws FLM_SCHEMA naming column and `file:line` of a text where a number is needed
 */
export function toColumnTable(table: DataTable, { numbers, texts }: ColumnNeeds): ColumnTable {
  const columns = table.names.map((name) => {
    const cells = table.cells.get(name)!;
    if (numbers.has(name)) return [name, numericColumn(table, name)] as const;
    const values = texts.has(name) ? 0 : readNumbers(cells);
    return [name, typeof values === "number" ? cells : values] as const;
  });
  return { names: table.names, columns: new Map(columns) };
}

/**
 * Write a prepared table as CSV. A cell whose value is the file's own is written as the file has it; a cell that begins with `=`
 * or the like is data, and stays so.
 * @param from what the file's cells were read as
 * @throws FLM_FILE_EXISTS, FLM_FILE_UNREADABLE, FLM_DISK_FULL
 */
export async function writeDataTable(
  path: string,
  prepared: ColumnTable,
  source: DataTable,
  from: ColumnTable,
): Promise<void> {
  const output = await TableOutput.create(path);
  try {
    output.writeLine(canonicalLine(prepared.names));
    const writers = prepared.names.map((name) => {
      const values = columnOf(prepared, name);
      const before = from.columns.get(name);
      const cells = source.cells.get(name);
      return (row: number): string => {
        const value = values[row]!;
        if (before !== undefined && row < source.rows && Object.is(before[row], value)) return cells![row]!;
        return typeof value === "number" && Number.isNaN(value) ? "" : String(value);
      };
    });
    const rows = rowsOf(prepared);
    const progress = new Progress("written");
    for (let row = 0; row < rows; row++) {
      output.writeLine(canonicalLine(writers.map((write) => write(row))));
      if (row % ROWS_A_LOOK === 0) progress.tell(row / rows);
    }
    output.endLines();
    await output.place(output.csv);
  } finally {
    await output.clear();
  }
}
