import type { ExportSink, ExportSource } from "./export-source.js";
import type { ExporterTable } from "./exporter.js";
import { isZero } from "./fill.js";
import { netflowLimits } from "./limits.js";
import { MessageDecoder } from "./message-decoder.js";
import { readHeader } from "./message-header.js";
import type { MessageSink } from "./message-sink.js";

/** Shortest header: nothing shorter can begin a message. */
const HEADER_BYTES = 16;

/**
 * Decodes messages that follow each other in a file, handed over in chunks of any size. Holds no more than the longest
 * message and a chunk. Behind a malformed message it goes on at the next place that looks like a header.
 */
export class StreamSource implements ExportSource {
  readonly decoder: MessageDecoder;
  readonly #sink: ExportSink;
  #window = Buffer.alloc(2 * netflowLimits.messageBytes);
  #start = 0;
  #end = 0;
  /** Offset in the file of the window's first octet. */
  #base = 0;
  #isLost = false;
  #messages = 0;
  #skippedBytes = 0;

  constructor(sink: ExportSink, exporters?: ExporterTable) {
    this.#sink = sink;
    const messages: MessageSink = {
      record: (record) => sink.record(record),
      problem: (problem, text, at) => sink.problem(problem, text, `byte ${this.#base + at}`),
    };
    this.decoder = new MessageDecoder(messages, exporters);
  }

  push(chunk: Buffer): void {
    this.#append(chunk);
    while (this.#end - this.#start >= netflowLimits.messageBytes) this.#decodeNext(false);
  }

  finish(): string[] {
    while (this.#start < this.#end) this.#decodeNext(true);
    return this.#skippedBytes === 0 ? [] : [`bytes that are no part of a message: ${this.#skippedBytes}`];
  }

  get messages(): number {
    return this.#messages;
  }

  /** @param isEnd nothing follows what is in the window. */
  #decodeNext(isEnd: boolean): void {
    const start = this.#start;
    if (this.#isLost || readHeader(this.#window, start, this.#end) === undefined) {
      this.#seek(isEnd);
      return;
    }
    this.#messages += 1;
    const end = Math.min(this.#end, start + netflowLimits.messageBytes);
    const { next, isWhole } = this.decoder.decode(this.#window, start, end, "file");
    this.#isLost = !isWhole;
    // Where it stopped making sense is looked at again, so that no octet is read twice in vain.
    this.#start = Math.max(next, start + HEADER_BYTES);
  }

  /**
   * Go on to the next header, over all that is none: zeros with which a message is filled up, or octets that make no sense.
   * Octets that may begin a header stay while more may follow.
   */
  #seek(isEnd: boolean): void {
    const start = this.#start;
    let next = start;
    while (this.#end - next >= HEADER_BYTES && readHeader(this.#window, next, this.#end) === undefined) next += 1;
    const isFound = this.#end - next >= HEADER_BYTES;
    if (!isFound && isEnd) next = this.#end;
    const isFill = isZero(this.#window, start, next);
    if (!isFill && !this.#isLost) {
      this.#sink.problem("malformed-message", "no header of a message", `byte ${this.#base + start}`);
    }
    if (!isFill) this.#skippedBytes += next - start;
    this.#isLost = !isFound && (this.#isLost || !isFill);
    this.#start = next;
  }

  #append(chunk: Buffer): void {
    if (this.#start > 0) {
      this.#window.copyWithin(0, this.#start, this.#end);
      this.#base += this.#start;
      this.#end -= this.#start;
      this.#start = 0;
    }
    if (this.#end + chunk.length > this.#window.length) {
      const larger = Buffer.alloc(this.#end + chunk.length);
      this.#window.copy(larger, 0, 0, this.#end);
      this.#window = larger;
    }
    chunk.copy(this.#window, this.#end);
    this.#end += chunk.length;
  }
}
