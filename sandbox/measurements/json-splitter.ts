import { measurementLimits } from "./limits.js";

/** Takes the documents of a stream in their order. */
export interface DocumentSink {
  /** Bytes from an opening brace to its closing one; whether they are JSON is for the reader to say. Valid during the call. */
  document(bytes: Buffer): void;
  /** Bytes that are no document: between documents, cut off, too long or too deeply nested. */
  broken(): void;
}

const [LF, QUOTE, BACKSLASH, COMMA] = [0x0a, 0x22, 0x5c, 0x2c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
/** Blank, tab, carriage return, line feed, and the record separator of JSON text sequences (RFC 7464). */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, LF, 0x1e]);
const BYTE_ORDER_MARK = Object.freeze([0xef, 0xbb, 0xbf]);

/**
 * Splits a stream of JSON objects into its objects without parsing them: one a line, one after another, or the elements of an
 * array at the top. Never holds more than one object, and nothing of one that is too long. Where objects stand on lines of
 * their own, a damaged one ends before the next line that begins with a brace, so that it takes no other with it.
 */
export class JsonSplitter {
  readonly #sink: DocumentSink;
  #state: "between" | "inside" | "junk" | "lost" = "between";
  #markBytes = 0;
  #inArray = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #lastByte = 0;
  #refused = false;
  #held = Buffer.alloc(0);
  #heldBytes = 0;

  constructor(sink: DocumentSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let at = this.#skipByteOrderMark(chunk);
    while (at < chunk.length) at = this.#scan(chunk, at);
  }

  /** Settle the end of the stream. @returns whether it ends within an object or an array */
  finish(): boolean {
    const cut = this.#state === "inside";
    if (cut) this.#sink.broken();
    this.#state = "between";
    return cut || this.#inArray;
  }

  /** Each scan returns where the next one begins. */
  #scan(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case "between":
        return this.#scanBetween(chunk, at);
      case "inside":
        return this.#scanInside(chunk, at);
      case "junk":
        return this.#scanJunk(chunk, at);
      case "lost":
        return this.#scanLost(chunk, at);
    }
  }

  #skipByteOrderMark(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length && chunk[at] === BYTE_ORDER_MARK[this.#markBytes]) {
      at += 1;
      this.#markBytes += 1;
    }
    if (at < chunk.length) this.#markBytes = BYTE_ORDER_MARK.length;
    return at;
  }

  #scanBetween(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (BLANKS.has(byte) || byte === COMMA) continue;
      if (byte === OPEN_BRACE) {
        this.#begin();
        return at;
      }
      if (byte === (this.#inArray ? CLOSE_BRACKET : OPEN_BRACKET)) {
        this.#inArray = !this.#inArray;
        continue;
      }
      this.#sink.broken();
      this.#state = "junk";
      return at + 1;
    }
    return chunk.length;
  }

  /** What is no object between objects ends where another element, object or line may begin. */
  #scanJunk(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === LF || byte === COMMA || byte === OPEN_BRACE || byte === CLOSE_BRACKET) {
        this.#state = "between";
        return at;
      }
    }
    return chunk.length;
  }

  #begin(): void {
    this.#state = "inside";
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#lastByte = 0;
    this.#refused = false;
    this.#heldBytes = 0;
  }

  /** State is in variables while a chunk is scanned: this loop sees every byte. */
  #scanInside(chunk: Buffer, start: number): number {
    let [depth, inString, escaped, last] = [this.#depth, this.#inString, this.#escaped, this.#lastByte];
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (byte === LF) {
          // No string of JSON holds a line feed: a quote is missing, and from here on inside and outside are confused.
          this.#giveUp();
          return at + 1;
        }
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (last === LF && byte === OPEN_BRACE && depth > 0 && !this.#inArray) {
          this.#sink.broken();
          this.#begin();
          return at;
        }
        depth += 1;
        if (depth > measurementLimits.documentDepth) this.#refused = true;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === 0) {
          this.#close(chunk.subarray(start, at + 1));
          return at + 1;
        }
      }
      last = byte;
    }
    [this.#depth, this.#inString, this.#escaped, this.#lastByte] = [depth, inString, escaped, last];
    this.#hold(chunk.subarray(start));
    return chunk.length;
  }

  #scanLost(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#lastByte === LF && byte === OPEN_BRACE) {
        this.#begin();
        return at;
      }
      this.#lastByte = byte;
    }
    return chunk.length;
  }

  #giveUp(): void {
    this.#sink.broken();
    this.#state = "lost";
    this.#lastByte = LF;
  }

  #close(rest: Buffer): void {
    this.#state = "between";
    if (this.#heldBytes > 0) this.#hold(rest);
    const bytes = this.#heldBytes > 0 ? this.#held.subarray(0, this.#heldBytes) : rest;
    if (this.#refused || bytes.length > measurementLimits.documentBytes) this.#sink.broken();
    else this.#sink.document(bytes);
  }

  /** Keep a copy of a document's bytes until the rest of it comes. */
  #hold(part: Buffer): void {
    const needed = this.#heldBytes + part.length;
    if (needed > measurementLimits.documentBytes) this.#refused = true;
    if (this.#refused) return;
    if (needed > this.#held.length) {
      const larger = Buffer.alloc(Math.max(needed, 2 * this.#held.length));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    part.copy(this.#held, this.#heldBytes);
    this.#heldBytes = needed;
  }
}
