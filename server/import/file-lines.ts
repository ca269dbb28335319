import { FlamencoError } from "@flamenco/policies/errors";
import { type AccountBook, type DropReason, placeOf } from "./account.js";
import { splitCsvLine } from "./csv-line.js";
import type { Dialect } from "./dialects/index.js";
import { type FilePlan, planFile } from "./file-plan.js";
import type { LineBatch } from "./line-batch.js";
import type { ScannedLine } from "./line-scanner.js";

/** Judges the lines of one file by their structure alone: header, then rows into the batch or into the account. */
export class FileLines {
  readonly #path: string;
  readonly #index: number;
  readonly #candidates: readonly Dialect[];
  readonly #book: AccountBook;
  readonly #batch: LineBatch;
  #plan: FilePlan | null = null;
  #last: { number: number; bytes: Buffer; quoted: boolean } | null = null;
  #blank = 0;

  constructor(
    path: string,
    index: number,
    options: { candidates: readonly Dialect[]; book: AccountBook; batch: LineBatch },
  ) {
    this.#path = path;
    this.#index = index;
    this.#candidates = options.candidates;
    this.#book = options.book;
    this.#batch = options.batch;
  }

  /** @throws FLM_IMPORT_HEADER when the file has no line at all. */
  get plan(): FilePlan {
    if (this.#plan === null) throw new FlamencoError("FLM_IMPORT_HEADER", `The file ${this.#path} is empty.`);
    return this.#plan;
  }

  /** @throws FLM_IMPORT_DIALECT, FLM_IMPORT_HEADER at the first line. */
  take(line: ScannedLine): void {
    if (line.blank) {
      this.#blank += 1;
      return;
    }
    if (this.#plan === null) {
      this.#plan = planFile(readHeader(line), this.#candidates, this.#path);
      return;
    }
    this.#book.countRead(this.#index, 1);
    const reason = judge(line, this.#plan);
    const bytes = line.bytes.subarray(line.start, line.end);
    if (reason !== null) this.#drop(reason, line.number);
    else if (line.terminated) this.#batch.add(line.number, bytes, line.quoted);
    else this.#last = { number: line.number, bytes: Buffer.from(bytes), quoted: line.quoted };
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
    const label = splitCsvLine(last.bytes.toString("utf8"))?.at(-1)?.trim() ?? "";
    if (this.plan.label !== this.plan.cells - 1 || label === "" || !(await isWholeLabel(label))) {
      this.#drop("truncated-line", last.number);
      return false;
    }
    this.#batch.add(last.number, last.bytes, last.quoted);
    const place = this.#book.nameOf(placeOf(this.#index, last.number));
    this.#book.note(`${place}: the last line has no line end; it has all its cells and a whole label, and is kept.`);
    return true;
  }

  /** Note what is no row. */
  close(): void {
    if (this.#blank > 0)
      this.#book.note(`${this.#book.nameOfFile(this.#index)}: blank lines, which are no rows: ${this.#blank}.`);
  }

  #drop(reason: DropReason, line: number): void {
    this.#book.drop(reason, 1, [placeOf(this.#index, line)]);
  }
}

function judge(line: ScannedLine, plan: FilePlan): DropReason | null {
  if (line.oversized) return "line-too-long";
  if (!line.isText) return "not-text";
  const cells = line.quoted ? splitCsvLine(textOf(line))?.length : line.commas + 1;
  if (!line.terminated && cells !== plan.cells) return "truncated-line";
  if (cells === undefined) return "broken-quotes";
  return cells === plan.cells ? null : "wrong-column-count";
}

function readHeader(line: ScannedLine): readonly string[] {
  return line.oversized || !line.isText ? [] : (splitCsvLine(textOf(line)) ?? []);
}

function textOf(line: ScannedLine): string {
  return line.bytes.toString("utf8", line.start, line.end);
}
