import { FlamencoError } from "@flamenco/policies/errors";
import { deskLimits } from "./limits.js";
import { toLine } from "./text-table.js";

/** What was read of a delimited text. */
export interface DelimitedTable {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Cells by column, then row. */
  readonly columns: readonly string[][];
  /** Line on which each row begins, from 1. */
  readonly lines: number[];
}

const delimiters = [",", ";", "\t", "|"] as const;

/** Reads a delimited text (RFC 4180, any line ends) that is handed over in parts. Nothing is guessed but the delimiter. */
export class DelimitedRows {
  readonly #path: string;
  #rest = "";
  #line = 1;
  #delimiter = "";
  #names: string[] = [];
  #columns: string[][] = [];
  readonly #lines: number[] = [];
  /** Line of the first of the empty lines just read: they are an error only when a row follows. */
  #emptyLine = 0;

  constructor(path: string) {
    this.#path = toLine(path);
  }

  /** @throws FLM_SCHEMA, FLM_TOO_LARGE for a row longer than its ceiling */
  push(text: string): void {
    const joined = this.#rest === "" ? text : this.#rest + text;
    let [start, open] = [0, false];
    let quote = joined.indexOf('"');
    for (let end = joined.indexOf("\n"); end >= 0; end = joined.indexOf("\n", end + 1)) {
      // A quote is doubled within quotes: an odd number of them leaves a cell open, and the line end is part of it.
      for (; quote >= 0 && quote < end; quote = joined.indexOf('"', quote + 1)) open = !open;
      if (open) continue;
      this.#row(joined.slice(start, end));
      start = end + 1;
    }
    this.#rest = joined.slice(start);
    if (this.#rest.length > deskLimits.rowCharacters) {
      throw new FlamencoError(
        "FLM_TOO_LARGE",
        `${this.#path}:${this.#line}: a row has more than ${deskLimits.rowCharacters} characters.`,
      );
    }
  }

  /** @throws FLM_SCHEMA also for a text without rows */
  finish(): DelimitedTable {
    if (this.#rest !== "") {
      if (countQuotes(this.#rest) % 2 === 1) throw this.#refuse(this.#line, "a quote is never closed");
      this.#row(this.#rest);
      this.#rest = "";
    }
    if (this.#lines.length === 0)
      throw new FlamencoError("FLM_SCHEMA", `${this.#path} has no rows under a heading line.`);
    return { delimiter: this.#delimiter, names: this.#names, columns: this.#columns, lines: this.#lines };
  }

  #row(raw: string): void {
    const line = this.#line;
    this.#line += 1 + (raw.includes('"') ? raw.split("\n").length - 1 : 0);
    const text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (this.#names.length === 0) {
      this.#heading(text);
      return;
    }
    if (text === "") {
      this.#emptyLine ||= line;
      return;
    }
    if (this.#emptyLine > 0) throw this.#refuse(this.#emptyLine, "the line is empty");
    const cells = splitCells(text, this.#delimiter);
    if (cells === null) throw this.#refuse(line, "a quoted cell goes on after its closing quote");
    const width = this.#names.length;
    if (cells.length !== width)
      throw this.#refuse(line, `the line has ${cells.length} cells, and the heading ${width}`);
    for (let column = 0; column < width; column++) this.#columns[column]!.push(cells[column]!);
    this.#lines.push(line);
  }

  #heading(text: string): void {
    const plain = text.replace(/^\uFEFF/, "");
    const bare = plain.replaceAll(/"(?:[^"]|"")*"/g, "");
    const count = (delimiter: string): number => bare.split(delimiter).length;
    this.#delimiter = delimiters.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
    const names = splitCells(plain, this.#delimiter)?.map((name) => name.trim());
    if (names === undefined || names.includes("")) throw this.#refuse(1, "a column of the heading line has no name");
    const seen = new Set<string>();
    const twice = names.find((name) => seen.size === seen.add(name).size);
    if (twice !== undefined) throw this.#refuse(1, `the column ${toLine(twice)} is there twice`);
    this.#names = names;
    this.#columns = names.map(() => []);
  }

  #refuse(line: number, why: string): FlamencoError {
    return new FlamencoError("FLM_SCHEMA", `${this.#path}:${line}: ${why}.`);
  }
}

const countQuotes = (text: string): number => text.split('"').length - 1;

/** Cells of one row; null for a quote that is closed within a cell. */
function splitCells(text: string, delimiter: string): string[] | null {
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  while (at <= text.length) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at);
      cells.push(text.slice(at, end < 0 ? text.length : end));
      if (end < 0) return cells;
      at = end + 1;
      continue;
    }
    const close = findClosingQuote(text, at + 1);
    cells.push(text.slice(at + 1, close).replaceAll('""', '"'));
    if (close + 1 >= text.length) return close < text.length ? cells : null;
    if (text[close + 1] !== delimiter) return null;
    at = close + 2;
  }
  return [...cells, ""];
}

function findClosingQuote(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return text.length;
}
