import type { RecordDecoder, RecordFormat, RecordSink } from "../records/index.js";
import type { DataRecord } from "./data-record.js";
import { DecodeTally } from "./decode-tally.js";
import { flowRow, flowRowFields } from "./flow-row.js";
import { readHeader } from "./message-header.js";
import type { MessageProblem } from "./message-sink.js";
import { MessageStream } from "./message-stream.js";

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
  open: (sink: RecordSink) => new NetflowFileDecoder(sink),
});

class NetflowFileDecoder implements RecordDecoder {
  readonly #sink: RecordSink;
  readonly #tally = new DecodeTally();
  readonly #stream = new MessageStream({
    record: (record) => this.#takeRecord(record),
    problem: (problem, text, at) => this.#takeProblem(problem, text, at),
  });

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    this.#stream.push(chunk);
  }

  finish(): void {
    this.#stream.finish();
    for (const note of this.#tally.notes(this.#stream.decoder.exporters.values())) this.#sink.note(note);
  }

  #takeRecord(record: DataRecord): void {
    const row = flowRow(record);
    if (row !== null) {
      this.#tally.addRecord(record, "flow");
      this.#sink.row(this.#stream.messages, row);
    } else if (record.template.isOptions) {
      this.#tally.addRecord(record, "options");
    } else {
      this.#tally.addRecord(record, "other");
      this.#sink.drop("unsupported-record", this.#stream.messages);
    }
  }

  #takeProblem(problem: MessageProblem, text: string, at: number): void {
    this.#tally.addProblem(problem, text, `byte ${at}`);
    // A template is no row. Data sets that miss it are dropped when they come.
    if (problem === "malformed-template") return;
    this.#sink.drop(problem === "no-template" ? "no-template" : "malformed-record", Math.max(1, this.#stream.messages));
  }
}
