import type { RecordDecoder, RecordFormat, RecordSink } from "../records/index.js";
import { CaptureSource } from "./capture-source.js";
import type { DataRecord } from "./data-record.js";
import { DecodeTally } from "./decode-tally.js";
import type { ExportSink, ExportSource } from "./export-source.js";
import { flowRowFields } from "./flow-row.js";
import { readHeader } from "./message-header.js";
import type { MessageProblem } from "./message-sink.js";
import { StreamSource } from "./stream-source.js";

/**
 * Payloads of NetFlow v1, v5, v7, v9 and IPFIX that follow each other in a file, without lengths between them. Records of the
 * account are export messages: a message may give many rows.
 */
export const netflowFormat: RecordFormat = Object.freeze({
  name: "netflow",
  title: "NetFlow v1, v5, v7, v9 or IPFIX export messages",
  kind: "flow/1",
  fields: flowRowFields,
  recognizes: (head: Buffer) => readHeader(head, 0, head.length) !== undefined,
  open: (sink: RecordSink) => new ExportDecoder(sink, (exportSink) => new StreamSource(exportSink)),
});

/** Export messages within a packet capture. Never recognized: a capture is metered unless this is asked for. */
export const netflowCaptureFormat: RecordFormat = Object.freeze({
  name: "netflow-capture",
  title: "NetFlow v1, v5, v7, v9 or IPFIX export messages in the UDP datagrams of a packet capture",
  kind: "flow/1",
  fields: flowRowFields,
  recognizes: () => false,
  open: (sink: RecordSink) => new ExportDecoder(sink, (exportSink) => new CaptureSource(exportSink)),
});

class ExportDecoder implements RecordDecoder {
  readonly #sink: RecordSink;
  readonly #tally = new DecodeTally();
  readonly #source: ExportSource;

  constructor(sink: RecordSink, open: (sink: ExportSink) => ExportSource) {
    this.#sink = sink;
    this.#source = open({
      record: (record) => this.#takeRecord(record),
      problem: (problem, text, place) => this.#takeProblem(problem, text, place),
    });
  }

  push(chunk: Buffer): void {
    this.#source.push(chunk);
  }

  finish(): void {
    const notes = this.#source.finish();
    for (const note of [...notes, ...this.#tally.notes(this.#source.decoder.exporters.values())]) this.#sink.note(note);
  }

  #takeRecord(record: DataRecord): void {
    const row = this.#tally.take(record);
    if (row !== null) this.#sink.row(this.#source.messages, row);
    else if (!record.template.isOptions) this.#sink.drop("unsupported-record", this.#source.messages);
  }

  #takeProblem(problem: MessageProblem, text: string, place: string): void {
    this.#tally.addProblem(problem, text, place);
    // A template is no row. Data sets that miss it are dropped when they come.
    if (problem === "malformed-template") return;
    this.#sink.drop(problem === "no-template" ? "no-template" : "malformed-record", Math.max(1, this.#source.messages));
  }
}
