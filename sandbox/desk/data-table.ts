import { FlamencoError } from "@flamenco/policies/errors";
import { readInput, sizeOfInput } from "../records/index.js";
import { DelimitedRows } from "./delimited-rows.js";
import { deskLimits } from "./limits.js";
import { Progress } from "./progress.js";
import { toLine } from "./text-table.js";

/** A delimited file as text columns, cell by cell as it is, and where its rows stand. */
export interface DataTable {
  readonly path: string;
  readonly delimiter: string;
  readonly rows: number;
  /** Headings in the file's order. */
  readonly names: readonly string[];
  readonly cells: ReadonlyMap<string, readonly string[]>;
  /** Line of the file on which each row begins, from 1. */
  readonly lines: readonly number[];
}

/**
 * Read a delimited file with a heading line, gzip or not, whole into memory: UTF-8, cells between commas, semicolons, tabs or bars
 * (whichever the heading has most of), quoted after RFC 4180.
 * @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA for a file that is no table; the message names `file:line`, never a cell
 */
export async function readDataTable(path: string): Promise<DataTable> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = new DelimitedRows(path);
  const size = await sizeOfInput(path);
  const progress = new Progress("read");
  let bytes = 0;
  const decode = (chunk?: Buffer): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} is not UTF-8 text.`);
    }
  };
  await readInput(
    path,
    async (chunk) => {
      bytes += chunk.length;
      if (bytes > deskLimits.tableBytes) {
        throw new FlamencoError("FLM_TOO_LARGE", `${toLine(path)} has more than ${deskLimits.tableBytes} bytes.`);
      }
      reader.push(decode(chunk));
    },
    { onRead: (read) => progress.tell(read / size), signal: new AbortController().signal },
  );
  reader.push(decode());
  const { names, columns, lines, delimiter } = reader.finish();
  const cells = new Map(names.map((name, index) => [name, columns[index]!]));
  return { path, delimiter, rows: lines.length, names, cells, lines };
}

/**
 * A column as numbers. An empty cell, `null` and `NaN` are missing.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA naming column and `file:line` of the first cell that is no number
 */
export function numericColumn(table: DataTable, name: string): Float64Array {
  const cells = cellsOf(table, name);
  const values = readNumbers(cells);
  if (typeof values !== "number") return values;
  throw new FlamencoError(
    "FLM_SCHEMA",
    `${toLine(table.path)}:${table.lines[values]}: the column ${toLine(name)} holds text where a number is needed.`,
  );
}

/** @throws FLM_FIELD_MISSING */
export function cellsOf({ path, cells }: DataTable, name: string): readonly string[] {
  const found = cells.get(name);
  if (found !== undefined) return found;
  throw new FlamencoError("FLM_FIELD_MISSING", `${toLine(path)} has no column ${toLine(name)}.`);
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const missing = /^(?:null|nan)?$/i;
const infinite = /^([+-]?)inf(?:inity)?$/i;

/** Numbers of all cells, or the row of the first cell that is none. */
export function readNumbers(cells: readonly string[]): Float64Array | number {
  const values = new Float64Array(cells.length);
  for (let row = 0; row < cells.length; row++) {
    const text = cells[row]!.trim();
    if (number.test(text)) values[row] = Number(text);
    else if (missing.test(text)) values[row] = Number.NaN;
    else {
      const sign = infinite.exec(text)?.[1];
      if (sign === undefined) return row;
      values[row] = sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    }
  }
  return values;
}
