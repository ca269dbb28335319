/** Why a decoder drops a record that it cannot make a row of. Order: the first that applies counts. */
export const recordDropReasons = Object.freeze({
  "malformed-record": "a record that breaks its own format",
  "unsupported-record": "a whole record of a type that is not read",
  "no-template": "a data set whose template was never seen",
});
export type RecordDropReason = keyof typeof recordDropReasons;

/** Value of one field in the kind's unit; null where it is missing. Not-a-number and infinite values are judged by the import. */
export type Cell = number | string | boolean | null;

/** Takes what a decoder finds. Records count from 1 in the order of the file: packets, messages, lines, JSON documents. */
export interface RecordSink {
  /** @param cells in the order of the format's fields. */
  row(record: number, cells: readonly Cell[]): void;
  /** Counts as one row that was read and dropped. */
  drop(reason: RecordDropReason, record: number): void;
  /** Something that the operator should know and that no row stands for: skipped packets, a file that ends early. No values. */
  note(text: string): void;
}

/** Decodes one file, handed over in chunks of any size. Memory is bounded whatever the bytes say. */
export interface RecordDecoder {
  push(chunk: Buffer): void;
  /** The file's end: what is still open is settled. */
  finish(): void;
}

/** A file format that is not a table of cells: it has a decoder of its own. */
export interface RecordFormat {
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  /** Fields of the kind that its rows have, in the order of their cells. */
  readonly fields: readonly string[];
  /** @param head the first bytes of the decompressed file, `recordLimits.headBytes` or all there are. */
  recognizes(head: Buffer): boolean;
  open(sink: RecordSink): RecordDecoder;
}
