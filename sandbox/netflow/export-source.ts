import type { DataRecord } from "./data-record.js";
import type { MessageDecoder } from "./message-decoder.js";
import type { MessageProblem } from "./message-sink.js";

/** Takes what a file of export messages holds. */
export interface ExportSink {
  record(record: DataRecord): void;
  /** @param place where in the file it is: bytes and datagrams are counted, the first datagram is 1, the first byte 0 */
  problem(problem: MessageProblem, text: string, place: string): void;
}

/** A file of export messages that is handed over in chunks of any size. */
export interface ExportSource {
  readonly decoder: MessageDecoder;
  /** Messages so far, the one that is being decoded among them. */
  readonly messages: number;
  push(chunk: Buffer): void;
  /** The file's end. @returns what else is to be said of the file, a line each */
  finish(): string[];
}
