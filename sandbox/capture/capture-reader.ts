import { FlamencoError } from "@flamenco/policies/errors";
import type { CaptureDamage, FrameSink, RecordLayout } from "./frame.js";
import { captureLimits } from "./limits.js";
import { isPcap, PcapLayout } from "./pcap-layout.js";
import { isPcapng, PcapngLayout } from "./pcapng-layout.js";

const MAGIC_BYTES = 4;

/**
 * Reads a pcap or pcapng file that is handed over in chunks of any size, and calls the sink for each frame, in the order of
 * the file. Holds one record and one slice of the input, whatever lengths the file claims.
 */
export class CaptureReader {
  readonly #sink: FrameSink;
  readonly #window = Buffer.allocUnsafe(captureLimits.blockBytes + captureLimits.sliceBytes);
  #layout: RecordLayout | undefined;
  #end = 0;
  /** Bytes of the file before the window. */
  #offset = 0;
  /** Bytes to come that belong to a block that is stepped over. */
  #stepOver = 0;
  #damage: CaptureDamage | null = null;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** @throws FLM_CAPTURE when the first bytes are neither pcap nor pcapng. */
  push(chunk: Buffer): void {
    for (let from = 0; from < chunk.length && this.#damage === null; ) {
      from += this.#take(chunk, from);
      this.#readWindow();
    }
  }

  /**
   * The file's end.
   * @returns where the file stopped making sense or was cut off, null when it is whole
   * @throws FLM_CAPTURE for a file without the first bytes of a capture
   */
  finish(): CaptureDamage | null {
    if (this.#layout === undefined) throw notACapture();
    if (this.#end > 0 || this.#stepOver > 0)
      this.#damage ??= { byte: this.#offset, why: "the file ends within a record" };
    return this.#damage;
  }

  /** Take bytes of a chunk from `from` on into the window, or leave them out. @returns how many */
  #take(chunk: Buffer, from: number): number {
    if (this.#stepOver > 0) {
      const bytes = Math.min(this.#stepOver, chunk.length - from);
      this.#stepOver -= bytes;
      this.#offset += bytes;
      return bytes;
    }
    const bytes = Math.min(captureLimits.sliceBytes, chunk.length - from);
    chunk.copy(this.#window, this.#end, from, from + bytes);
    this.#end += bytes;
    return bytes;
  }

  #readWindow(): void {
    if (this.#layout === undefined) {
      if (this.#end < MAGIC_BYTES) return;
      this.#layout = this.#layoutOf(this.#window.subarray(0, this.#end));
    }
    const layout = this.#layout;
    const end = this.#end;
    let at = 0;
    while (at < end) {
      const size = layout.read(this.#window, at, end);
      if (typeof size === "string") {
        this.#damage = { byte: this.#offset + at, why: size };
        this.#end = 0;
        return;
      }
      if (size > captureLimits.blockBytes) this.#stepOver = Math.max(0, size - (end - at));
      else if (size === 0 || size > end - at) break;
      at = Math.min(end, at + size);
    }
    this.#window.copyWithin(0, at, end);
    this.#end = end - at;
    this.#offset += at;
  }

  #layoutOf(head: Buffer): RecordLayout {
    if (isPcap(head)) return new PcapLayout(this.#sink);
    if (isPcapng(head)) return new PcapngLayout(this.#sink);
    throw notACapture();
  }
}

/** Whether a file begins as a packet capture does. */
export function isCapture(head: Buffer): boolean {
  return isPcap(head) || isPcapng(head);
}

function notACapture(): FlamencoError {
  return new FlamencoError("FLM_CAPTURE", "The file is no packet capture: it begins like neither pcap nor pcapng.");
}
