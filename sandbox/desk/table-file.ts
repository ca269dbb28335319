import { readFile, stat } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { fromCSV } from "arquero";
import { deskLimits } from "./limits.js";
import { Progress } from "./progress.js";
import { toLine } from "./text-table.js";

/** Of the time that it takes to read a table: to look at its lines, and until they are parsed. */
const SHARE_CHECKED = 0.2;
const SHARE_PARSED = 0.7;

/** A CSV file as text columns. Nothing is guessed: `01.1` stays a text, and so does an empty cell. */
export interface TextTable {
  readonly path: string;
  readonly rows: number;
  /** Columns in the file's order. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

/**
 * Read a CSV file with a heading line (UTF-8, comma, quotes after RFC 4180) whole into memory.
 * @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA for a file that is no table; the message quotes column names only
 */
export async function readTable(path: string): Promise<TextTable> {
  // A file may end in empty lines; elsewhere an empty line is a row, or too short for one.
  const text = (await readText(path)).replace(/[\r\n]+$/, "");
  // A large file takes a minute; each step is told when it is done.
  const progress = new Progress("read");
  assertEvenLines(path, text);
  progress.tell(SHARE_CHECKED);
  const headings = new Set<string>();
  let table: ReturnType<typeof fromCSV>;
  try {
    // arquero keeps columns in an object by name, where a heading such as __proto__ does harm: headings stay a row of cells.
    table = fromCSV(text, { autoType: false, header: false });
  } catch (cause) {
    throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} is not a CSV table with one heading line.`, { cause });
  }
  progress.tell(SHARE_PARSED);
  const numbers = table.columnNames();
  const cells = numbers.map((name, number) => {
    const column = Array.from(table.array(name) as Iterable<unknown>, (cell) => (cell == null ? "" : String(cell)));
    progress.tell(SHARE_PARSED + (1 - SHARE_PARSED) * ((number + 1) / numbers.length));
    return column;
  });
  const names = cells.map(([heading = ""]) => heading);
  for (const name of names) {
    if (headings.has(name))
      throw new FlamencoError("FLM_SCHEMA", `${toLine(path)}: the column ${toLine(name)} is there twice.`);
    headings.add(name);
  }
  const rows = table.numRows() - 1;
  if (names.length === 0 || rows < 1) {
    throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} has no rows under a heading line.`);
  }
  const columns = new Map(cells.map(([heading = "", ...column]) => [heading, column]));
  return { path, rows, columns };
}

const opensCell: ReadonlySet<string | undefined> = new Set([undefined, ",", "\n", '"']);

/**
 * Every line has as many cells as the heading: arquero fills up short lines and cuts long ones without a word, and the cells
 * after a forgotten comma would pass for another column's.
 */
function assertEvenLines(path: string, text: string): void {
  let [width, cells, line, start, quoted] = [0, 1, 1, 1, false];
  for (let index = 0; index <= text.length; index++) {
    const character = text[index];
    // A quote opens at the start of a cell only, or goes on after one that was doubled.
    if (character === '"' && (quoted || opensCell.has(text[index - 1]))) quoted = !quoted;
    else if (character === "," && !quoted) cells++;
    else if (character === undefined || (character === "\n" && !quoted)) {
      if (width === 0) width = cells;
      if (cells !== width) {
        throw new FlamencoError(
          "FLM_SCHEMA",
          `${toLine(path)}:${start}: the line has ${cells} cells, and the heading ${width}.`,
        );
      }
      cells = 1;
      start = line + 1;
    }
    if (character === "\n") line++;
  }
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} is not a plain file.`);
    if (found.size > deskLimits.tableBytes) {
      throw new FlamencoError("FLM_TOO_LARGE", `${toLine(path)} has more than ${deskLimits.tableBytes} bytes.`);
    }
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof FlamencoError) throw cause;
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} cannot be read.`, { cause });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} is not UTF-8 text.`);
  }
}
