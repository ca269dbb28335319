import { FlamencoError } from "@flamenco/policies/errors";
import { type AccountBook, type DropReason, placeOf } from "./account.js";
import { splitCsvLine } from "./csv-line.js";
import type { Dialect } from "./dialects/index.js";
import { readHeader } from "./file-header.js";
import { type FilePlan, planFile } from "./file-plan.js";
import type { LineBatch } from "./line-batch.js";
import type { ScannedLine } from "./line-scanner.js";

/** Where lines that may be rows go. */
export interface LineBatches {
  /** Lines whose numbers DuckDB may read as such, and whose cells it counts. */
  readonly typed: LineBatch;
  /** Lines whose cells are read as text and judged one by one. */
  readonly careful: LineBatch;
}

/** Judges the lines of one file by their structure alone: header, then rows into a batch or into the account. */
export class FileLines {
  readonly #path: string;
  readonly #index: number;
  readonly #candidates: readonly Dialect[];
  readonly #book: AccountBook;
  readonly #batches: LineBatches;
  #plan: FilePlan | null = null;
  #last: { number: number; bytes: Buffer; quoted: boolean } | null = null;
  #ended = false;
  #blank = 0;
  #summary = 0;

  constructor(
    path: string,
    index: number,
    options: { candidates: readonly Dialect[]; book: AccountBook; batches: LineBatches },
  ) {
    this.#path = path;
    this.#index = index;
    this.#candidates = options.candidates;
    this.#book = options.book;
    this.#batches = options.batches;
  }

  /** @throws FLM_IMPORT_HEADER when the file has no header line at all. */
  get plan(): FilePlan {
    if (this.#plan === null)
      throw new FlamencoError("FLM_IMPORT_HEADER", `The file ${this.#path} is empty, or has no header.`);
    return this.#plan;
  }

  /** @throws FLM_IMPORT_DIALECT, FLM_IMPORT_HEADER at the header. */
  take(line: ScannedLine): void {
    if (line.blank) {
      this.#blank += 1;
    } else if (this.#plan === null) {
      const header = readHeader(line, this.#candidates);
      if (header !== null) this.#plan = planFile(header, this.#candidates, this.#path);
    } else if (this.#ended || isTrailer(line, this.#plan.dialect)) {
      this.#ended = true;
      this.#summary += 1;
    } else if (!isComment(line, this.#plan.dialect)) {
      this.#takeRow(line, this.#plan);
    }
  }

  #takeRow(line: ScannedLine, plan: FilePlan): void {
    this.#book.countRead(this.#index, 1);
    const { delimiter } = plan.dialect;
    if (isForReader(line, delimiter)) {
      this.#batches.typed.add(line.number, delimiter, line.bytes, line.start, line.end, false);
      return;
    }
    const reason = judgeLine(line, plan);
    if (reason !== null) {
      this.#drop(reason, line.number);
    } else if (line.terminated) {
      const batch = line.castable ? this.#batches.typed : this.#batches.careful;
      batch.add(line.number, delimiter, line.bytes, line.start, line.end, line.quoted);
    } else {
      const bytes = Buffer.from(line.bytes.subarray(line.start, line.end));
      this.#last = { number: line.number, bytes, quoted: line.quoted };
    }
  }

  /**
   * Decide on a last line that has all its cells and no line end: only a label in the last cell can prove that nothing was
   * cut off; a number that lost its last digits is still a number.
   * @returns true when the line was kept.
   */
  async settleLastLine(isWholeLabel: (label: string) => Promise<boolean>): Promise<boolean> {
    const last = this.#last;
    if (last === null) return false;
    this.#last = null;
    const { delimiter } = this.plan.dialect;
    const label = splitCsvLine(last.bytes.toString("utf8"), delimiter)?.at(-1)?.trim() ?? "";
    if (this.plan.label !== this.plan.cells - 1 || label === "" || !(await isWholeLabel(label))) {
      this.#drop("truncated-line", last.number);
      return false;
    }
    this.#batches.careful.add(last.number, delimiter, last.bytes, 0, last.bytes.length, last.quoted);
    const place = this.#book.nameOf(placeOf(this.#index, last.number));
    this.#book.note(`${place}: the last line has no line end; it has all its cells and a whole label, and is kept.`);
    return true;
  }

  /** Note what is no row. */
  close(): void {
    const file = this.#book.nameOfFile(this.#index);
    if (this.#blank > 0) this.#book.note(`${file}: blank lines, which are no rows: ${this.#blank}.`);
    if (this.#summary > 0)
      this.#book.note(`${file}: lines of the summary at its end, which are no rows: ${this.#summary}.`);
  }

  #drop(reason: DropReason, line: number): void {
    this.#book.drop(reason, 1, [placeOf(this.#index, line)]);
  }
}

/** True for a line whose cells DuckDB's reader counts as we would; it lets an empty cell too many pass at the end. */
function isForReader(line: ScannedLine, delimiter: string): boolean {
  const simple = line.castable && line.terminated && line.isText && !line.quoted && !line.oversized;
  return simple && line.bytes[line.end - 1] !== delimiter.charCodeAt(0);
}

/** Why a line cannot be cut into the cells of its header, or null when it can. */
export function judgeLine(line: ScannedLine, plan: FilePlan): DropReason | null {
  if (line.oversized) return "line-too-long";
  if (!line.isText) return "not-text";
  const cells = countCells(line, plan.dialect.delimiter);
  if (!line.terminated && cells !== plan.cells) return "truncated-line";
  if (cells === null) return "broken-quotes";
  return cells === plan.cells ? null : "wrong-column-count";
}

function countCells(line: ScannedLine, delimiter: string): number | null {
  const { bytes, start, end } = line;
  if (line.quoted) return splitCsvLine(bytes.toString("utf8", start, end), delimiter)?.length ?? null;
  const code = delimiter.charCodeAt(0);
  let cells = 1;
  for (let at = start; at < end; at += 1) if (bytes[at] === code) cells += 1;
  return cells;
}

function isComment(line: ScannedLine, { comments }: Dialect): boolean {
  return comments !== undefined && line.bytes[line.start] === comments.mark.charCodeAt(0);
}

function isTrailer(line: ScannedLine, { trailer }: Dialect): boolean {
  return (
    trailer !== undefined &&
    line.end - line.start === trailer.length &&
    line.bytes.toString("latin1", line.start, line.end) === trailer
  );
}
