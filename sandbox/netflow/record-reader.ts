import type { DataRecord } from "./data-record.js";
import type { Exporter } from "./exporter.js";
import { noteOptions } from "./exporter-statements.js";
import { netflowLimits } from "./limits.js";
import type { MessageHeader } from "./message-header.js";
import type { MessageSink } from "./message-sink.js";
import { type Template, VARIABLE_LENGTH } from "./template.js";

/** First octet of a variable length that says that two more octets hold it (RFC 7011, section 7). */
const LONG_LENGTH = 255;

/** Takes the records of data sets apart. Offsets and lengths of a record's fields are kept in memory that it reuses. */
export class RecordReader {
  readonly #sink: MessageSink;
  readonly #offsets = new Uint32Array(netflowLimits.fieldsOfTemplate);
  readonly #lengths = new Uint16Array(netflowLimits.fieldsOfTemplate);

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /**
   * Reads records from `at` to `end`: one set without its header. What is left at the end and shorter than a record is padding.
   * @returns false when a record runs past the end
   */
  read(header: MessageHeader, exporter: Exporter, template: Template, bytes: Buffer, at: number, end: number): boolean {
    const record: DataRecord = {
      header,
      exporter,
      template,
      bytes,
      offsets: this.#offsets,
      lengths: this.#lengths,
    };
    let next = at;
    while (end - next >= template.minimumBytes) {
      const after = this.#place(template, bytes, next, end);
      if (after === null) {
        this.#sink.problem(
          "malformed-record",
          `a record of template ${template.id} runs past the end of its set`,
          next,
        );
        return false;
      }
      exporter.records += 1;
      if (template.isOptions) noteOptions(record);
      this.#sink.record(record);
      next = after;
    }
    return true;
  }

  /** Where the fields of the record at `at` stand. @returns offset behind it, null when it runs past the end. */
  #place(template: Template, bytes: Buffer, at: number, end: number): number | null {
    let next = at;
    for (let index = 0; index < template.fields.length; index += 1) {
      let length = template.fields[index]!.length;
      if (length === VARIABLE_LENGTH) {
        if (end - next < 1) return null;
        length = bytes[next]!;
        next += 1;
        if (length === LONG_LENGTH) {
          if (end - next < 2) return null;
          length = bytes.readUInt16BE(next);
          next += 2;
        }
      }
      if (length > end - next) return null;
      this.#offsets[index] = next;
      this.#lengths[index] = length;
      next += length;
    }
    return next;
  }
}
