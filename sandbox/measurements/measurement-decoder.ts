import type { Cell, RecordDecoder, RecordSink } from "../records/index.js";
import { JsonSplitter } from "./json-splitter.js";
import type { Reading } from "./measurement.js";

/** Fields of `rtt/1` that a measurement's rows have, in the order of their cells. Windows are for the import to compute. */
export const measurementFields: readonly string[] = Object.freeze(["timeMs", "source", "destination", "rttMs", "lost"]);

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Undefined for bytes that are not UTF-8 or not JSON. Of a key that is there twice, the last counts (ECMA-262, JSON.parse). */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Decodes a stream of JSON results: one row a probe, records counted by their documents. */
export class MeasurementDecoder implements RecordDecoder {
  readonly #sink: RecordSink;
  readonly #read: (document: unknown) => Reading;
  readonly #splitter: JsonSplitter;
  #record = 0;
  #extraAnswers = 0;
  #unsentProbes = 0;

  /** @param read what a document says; never throws, whatever the document */
  constructor(sink: RecordSink, read: (document: unknown) => Reading) {
    this.#sink = sink;
    this.#read = read;
    this.#splitter = new JsonSplitter({
      document: (bytes) => this.#take(bytes),
      broken: () => this.#drop(),
    });
  }

  push(chunk: Buffer): void {
    this.#splitter.push(chunk);
  }

  finish(): void {
    const cut = this.#splitter.finish();
    if (this.#extraAnswers > 0) {
      this.#sink.note(`${this.#extraAnswers} answers came twice or too late; no row stands for them.`);
    }
    if (this.#unsentProbes > 0) {
      this.#sink.note(`${this.#unsentProbes} probes could not be sent; no row stands for them.`);
    }
    if (cut) this.#sink.note("The file ends before its last record or its list is complete.");
  }

  #drop(): void {
    this.#record += 1;
    this.#sink.drop("malformed-record", this.#record);
  }

  #take(bytes: Buffer): void {
    const document = parseJson(bytes);
    if (document === undefined) {
      this.#drop();
      return;
    }
    this.#record += 1;
    const reading = this.#read(document);
    if (reading === "no-measurement") return;
    if (typeof reading === "string") {
      this.#sink.drop(reading, this.#record);
      return;
    }
    const { source, destination } = reading;
    this.#extraAnswers += reading.extraAnswers;
    this.#unsentProbes += reading.unsentProbes;
    for (const { timeMs, rttMs } of reading.probes) {
      const cells: Cell[] = [timeMs, source, destination, rttMs, rttMs === null];
      this.#sink.row(this.#record, cells);
    }
  }
}
