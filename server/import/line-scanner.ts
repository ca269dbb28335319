import { isUtf8 } from "node:buffer";
import { importLimits } from "./limits.js";
import { hasCastOddity, isPlainText } from "./plain-text.js";

/** One physical line, valid during the call that hands it over: the scanner reuses the object and its bytes. */
export interface ScannedLine {
  /** 1-based number in the file, after decompression. */
  number: number;
  bytes: Buffer;
  start: number;
  /** End of the line's text: before the line feed and a carriage return in front of it. */
  end: number;
  /** A double quote occurs. */
  quoted: boolean;
  /** Nothing but blanks and tabs. */
  blank: boolean;
  /** UTF-8 without control characters other than tab. */
  isText: boolean;
  /** Longer than the ceiling; the bytes are not there. */
  oversized: boolean;
  /** A line end follows. Only a file's last line may lack it. */
  terminated: boolean;
  /** Its numbers may be left to DuckDB's own cast: it holds nothing that the cast takes and a CSV file may not say. */
  castable: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const BLANK = 0x20;
const QUOTE = 0x22;
const NOTHING = Buffer.alloc(0);

/** Cuts a stream of bytes into lines. Memory: one line and one chunk. */
export class LineScanner {
  #rest: Buffer = NOTHING;
  /** Inside a line whose beginning was thrown away because it is too long. */
  #skipping = false;
  readonly #onLine: (line: ScannedLine) => void;
  readonly #line: ScannedLine = {
    number: 0,
    bytes: NOTHING,
    start: 0,
    end: 0,
    quoted: false,
    blank: true,
    isText: true,
    oversized: false,
    terminated: true,
    castable: true,
  };

  /** @param firstNumber of the first line */
  constructor(onLine: (line: ScannedLine) => void, firstNumber = 1) {
    this.#onLine = onLine;
    this.#line.number = firstNumber - 1;
  }

  push(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const complete = data.lastIndexOf(LF) + 1;
    if (complete > 0) this.#scan(data.subarray(0, complete), true);
    this.#rest = data.subarray(complete);
    if (this.#rest.length > importLimits.lineBytes) {
      this.#rest = NOTHING;
      this.#skipping = true;
    }
  }

  /** The last line, when no line end follows it. A lone carriage return is a line end that was cut in half. */
  finish(): void {
    if (this.#rest.length === 0 && !this.#skipping) return;
    const cutInLineEnd = this.#rest.at(-1) === CR;
    this.#scan(Buffer.concat([this.#rest, Buffer.of(LF)]), cutInLineEnd);
    this.#rest = NOTHING;
  }

  /** `data` ends with a line feed. */
  #scan(data: Buffer, terminated: boolean): void {
    const line = this.#line;
    line.bytes = data;
    line.terminated = terminated;
    line.castable = !hasCastOddity(data, 0, data.length);
    if (!this.#skipping && isPlainText(data) && hasLineEndsAlone(data)) this.#scanPlain(data);
    else this.#scanBytes(data);
  }

  /** Lines of plain text: nothing of them needs to be known but where they end. */
  #scanPlain(data: Buffer): void {
    const line = this.#line;
    const allCastable = line.castable;
    line.quoted = false;
    line.isText = true;
    line.oversized = false;
    for (let start = 0; start < data.length; ) {
      const at = data.indexOf(LF, start);
      const end = at > start && data[at - 1] === CR ? at - 1 : at;
      line.number += 1;
      line.start = start;
      line.end = end;
      line.blank = isBlank(data, start, end);
      if (!allCastable) line.castable = !hasCastOddity(data, start, end);
      this.#onLine(line);
      start = at + 1;
    }
  }

  /** Any bytes: looks at every one. */
  #scanBytes(data: Buffer): void {
    const allUtf8 = isUtf8(data);
    const line = this.#line;
    const allCastable = line.castable;
    let start = 0;
    let quoted = false;
    let control = false;
    for (let at = 0; at < data.length; at += 1) {
      const byte = data[at] as number;
      if (byte > QUOTE) continue;
      if (byte === LF) {
        const end = at > start && data[at - 1] === CR ? at - 1 : at;
        line.number += 1;
        line.start = start;
        line.end = end;
        line.quoted = quoted;
        line.blank = !this.#skipping && isBlank(data, start, end);
        line.oversized = this.#skipping || end - start > importLimits.lineBytes;
        line.isText = !control && (allUtf8 || isUtf8(data.subarray(start, end)));
        if (!allCastable) line.castable = !hasCastOddity(data, start, end);
        this.#onLine(line);
        this.#skipping = false;
        start = at + 1;
        quoted = false;
        control = false;
      } else if (byte === QUOTE) {
        quoted = true;
      } else if (byte < BLANK && byte !== TAB && !(byte === CR && data[at + 1] === LF)) {
        control = true;
      }
    }
  }
}

/** True when a carriage return occurs nowhere but before a line feed. */
function hasLineEndsAlone(data: Buffer): boolean {
  for (let at = data.indexOf(CR); at !== -1; at = data.indexOf(CR, at + 1)) if (data[at + 1] !== LF) return false;
  return true;
}

function isBlank(data: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (data[at] !== BLANK && data[at] !== TAB) return false;
  return true;
}
