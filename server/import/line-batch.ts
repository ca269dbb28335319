import { importLimits } from "./limits.js";

/** Lines as they are handed to DuckDB's CSV reader. */
export interface BatchText {
  /** Valid until the next line is added. */
  readonly bytes: Buffer;
  readonly lines: number;
  /** A double quote occurs somewhere. */
  readonly quoted: boolean;
}

/** Bytes of a line number, a comma and a line feed, at most. */
const OVERHEAD_BYTES = 24;

/** Collects lines, each behind its number and a comma: `17,first cell,second cell`. */
export class LineBatch {
  #bytes = Buffer.allocUnsafe(importLimits.batchBytes + 2 * importLimits.chunkBytes);
  #length = 0;
  #lines = 0;
  #quoted = false;

  get isFull(): boolean {
    return this.#length >= importLimits.batchBytes;
  }

  add(number: number, line: Buffer, quoted: boolean): void {
    // One chunk of very short lines grows by its line numbers.
    if (this.#length + line.length + OVERHEAD_BYTES > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], 2 * this.#bytes.length);
    }
    this.#length += this.#bytes.write(`${number},`, this.#length, "latin1");
    this.#length += line.copy(this.#bytes, this.#length);
    this.#length += this.#bytes.write("\n", this.#length, "latin1");
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
