import { FlamencoError } from "@flamenco/policies/errors";
import type { ImportAccount } from "@flamenco/policies/wire";
import { recordDropReasons } from "@flamenco/sandbox/records";
import { importLimits } from "./limits.js";

/**
 * Why a row is dropped, in the order in which a row is examined: it is counted under the first reason that applies, once.
 */
export const dropReasons = Object.freeze({
  ...recordDropReasons,
  "line-too-long": `longer than ${importLimits.lineBytes} bytes`,
  "not-text": "not UTF-8, or with control characters",
  "truncated-line": "the last line of its file, without a line end and cut off (or possibly so)",
  "broken-quotes": "a quotation mark is opened and not closed, or stands inside a cell",
  "wrong-column-count": "more or fewer cells than the header",
  "missing-value": "an empty cell where a number or a time must stand",
  "not-a-number": "text where a number must stand",
  nan: "NaN",
  infinite: "an infinite number",
  "out-of-range": "a number outside its field's range (port, negative count or duration, fraction of a packet)",
  "not-a-time": "a start time in no form of the dialect",
  duplicate: "the same flow, time and values as an earlier row",
});
export type DropReason = keyof typeof dropReasons;

interface Drop {
  rows: number;
  places: number[];
}

interface FileCount {
  readonly name: string;
  read: number;
  kept: number;
  sha256: string;
  bytes: number;
}

/** A place in the input as one number: file index times `linesOfFile`, plus line. Orders rows as they were read. */
export function placeOf(file: number, line: number): number {
  return file * importLimits.linesOfFile + line;
}

/** An account under way, as plain data. */
export interface AccountState {
  readonly files: readonly FileCount[];
  readonly drops: ReadonlyMap<DropReason, Drop>;
  readonly notes: readonly string[];
}

/** Keeps the account of one import while rows are read. */
export class AccountBook {
  readonly #files: FileCount[];
  readonly #drops = new Map<DropReason, Drop>();
  readonly #notes: string[] = [];

  constructor(fileNames: readonly string[]) {
    this.#files = fileNames.map((name) => ({ name: shortName(name), read: 0, kept: 0, sha256: "", bytes: 0 }));
  }

  /** What was booked so far. */
  get state(): AccountState {
    return { files: this.#files, drops: this.#drops, notes: this.#notes };
  }

  /** Book again what an earlier import of the same files had booked. */
  restore({ files, drops, notes }: AccountState): void {
    for (const [index, file] of files.entries()) Object.assign(this.#file(index), file);
    for (const [reason, { rows, places }] of drops) this.#drops.set(reason, { rows, places: [...places] });
    this.#notes.push(...notes);
  }

  countRead(file: number, rows: number): void {
    this.#file(file).read += rows;
  }

  closeFile(file: number, digest: { sha256: string; bytes: number }): void {
    Object.assign(this.#file(file), digest);
  }

  setKept(file: number, rows: number): void {
    this.#file(file).kept = rows;
  }

  /** @param places the first of them are enough, in any order. */
  drop(reason: DropReason, rows: number, places: readonly number[]): void {
    const drop = this.#drops.get(reason) ?? { rows: 0, places: [] };
    drop.rows += rows;
    drop.places = [...drop.places, ...places].sort((a, b) => a - b).slice(0, importLimits.places);
    this.#drops.set(reason, drop);
  }

  note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes.push(text.slice(0, importLimits.noteCharacters));
  }

  /** `file:line` of a place. */
  nameOf(place: number): string {
    const file = Math.floor(place / importLimits.linesOfFile);
    return `${this.nameOfFile(file)}:${place % importLimits.linesOfFile}`;
  }

  nameOfFile(file: number): string {
    return this.#file(file).name;
  }

  /** @throws FLM_INTERNAL when a row is neither kept nor dropped, or both: an import that cannot account is not published. */
  close(): ImportAccount {
    const read = sum(this.#files.map((file) => file.read));
    const kept = sum(this.#files.map((file) => file.kept));
    const reasons = (Object.keys(dropReasons) as DropReason[]).filter((reason) => this.#drops.has(reason));
    const dropped = reasons.map((reason) => {
      const { rows, places } = this.#drops.get(reason) as Drop;
      return { reason, rows, first: places.map((place) => this.nameOf(place)) };
    });
    if (read !== kept + sum(dropped.map(({ rows }) => rows))) {
      throw new FlamencoError(
        "FLM_INTERNAL",
        "The import does not account for every row that it read. Nothing was changed.",
      );
    }
    return { read, kept, dropped, files: this.#files.map((file) => ({ ...file })), notes: [...this.#notes] };
  }

  #file(index: number): FileCount {
    const file = this.#files[index];
    if (file === undefined) throw new RangeError("no such input file");
    return file;
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The end of a long path says more than its beginning. */
function shortName(name: string): string {
  const most = importLimits.fileNameCharacters;
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}
