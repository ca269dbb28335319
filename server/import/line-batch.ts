import { importLimits } from "./limits.js";

/** Lines as they are handed to DuckDB's CSV reader. */
export interface BatchText {
  /** Overwritten as soon as a line is added to the batch it is from. */
  readonly bytes: Buffer;
  readonly lines: number;
  /** A double quote occurs somewhere. */
  readonly quoted: boolean;
}

/** Bytes of a line number, a delimiter and a line feed, at most. */
const OVERHEAD_BYTES = 24;
const LF = 0x0a;

/** Collects lines, each behind its number and a delimiter: `17,first cell,second cell`. */
export class LineBatch {
  #bytes = Buffer.allocUnsafe(importLimits.chunkBytes);
  #length = 0;
  #lines = 0;
  #quoted = false;

  get isFull(): boolean {
    return this.#length >= importLimits.batchBytes;
  }

  /** The bytes of the line are those from `start` to `end`. */
  add(number: number, delimiter: string, bytes: Buffer, start: number, end: number, quoted: boolean): void {
    const needed = this.#length + (end - start) + OVERHEAD_BYTES;
    if (needed > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * needed);
    this.#length += this.#bytes.write(number + delimiter, this.#length, "latin1");
    this.#length += bytes.copy(this.#bytes, this.#length, start, end);
    this.#bytes[this.#length] = LF;
    this.#length += 1;
    this.#lines += 1;
    this.#quoted ||= quoted;
  }

  /** What was collected, or null; the batch is empty afterwards. */
  take(): BatchText | null {
    if (this.#lines === 0) return null;
    const text = { bytes: this.#bytes.subarray(0, this.#length), lines: this.#lines, quoted: this.#quoted };
    this.#length = 0;
    this.#lines = 0;
    this.#quoted = false;
    return text;
  }
}
