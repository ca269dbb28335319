import { type Exporter, ExporterTable } from "./exporter.js";
import { isZero, skipZeros } from "./fill.js";
import { fixedTemplates } from "./fixed-templates.js";
import { type MessageHeader, readHeader } from "./message-header.js";
import type { MessageSink } from "./message-sink.js";
import { RecordReader } from "./record-reader.js";
import { FIRST_DATA_SET, readTemplateSet } from "./template-set.js";

/** Where a message ended. */
export interface MessageEnd {
  /** Offset behind the message; where it is malformed, of the place at which it stopped making sense. */
  readonly next: number;
  readonly isWhole: boolean;
}

const NETFLOW9_SETS = { templates: 0, options: 1 };
const IPFIX_SETS = { templates: 2, options: 3 };

/**
 * Decodes export messages of NetFlow v1, v5, v7, v9 (RFC 3954) and IPFIX (RFC 7011), and remembers the templates of each
 * exporter. Time and memory of a message are in proportion to its octets, whatever they are: a field has an octet at least,
 * and what is remembered is bounded (`netflowLimits`).
 */
export class MessageDecoder {
  readonly exporters: ExporterTable;
  readonly #sink: MessageSink;
  readonly #reader: RecordReader;

  /** @param exporters those that are known already, from other files. */
  constructor(sink: MessageSink, exporters: ExporterTable = new ExporterTable()) {
    this.#sink = sink;
    this.exporters = exporters;
    this.#reader = new RecordReader(sink);
  }

  /**
   * Decode the message that begins at `at`.
   * @param end of the bytes at hand: a whole datagram, or so much of a file that the longest message would be whole
   * @param source address of the exporter
   */
  decode(bytes: Buffer, at: number, end: number, source: string): MessageEnd {
    const header = readHeader(bytes, at, end);
    if (header === undefined) {
      this.#sink.problem("malformed-message", "no header of a message", at);
      return { next: at, isWhole: false };
    }
    const exporter = this.exporters.takeMessage(source, header.domain, header.version);
    const earlier = exporter.records;
    const { next, isWhole, isCounted } = this.#readBody(header, exporter, bytes, at, end);
    if (header.sequence !== null) {
      exporter.sequence.note(header.sequence, isCounted ? exporter.records - earlier : null);
    }
    return { next, isWhole };
  }

  #readBody(header: MessageHeader, exporter: Exporter, bytes: Buffer, at: number, end: number): BodyEnd {
    const first = at + header.headerBytes;
    if (header.version === 9) return this.#readSets(header, exporter, bytes, first, end);
    const last = at + (header.bytes ?? 0);
    const isCut = last > end;
    if (isCut) this.#sink.problem("malformed-message", `a message of ${header.bytes} octets is cut off`, at);
    const stop = Math.min(last, end);
    if (header.version === 10) {
      const sets = this.#readSets(header, exporter, bytes, first, stop);
      // The header says where the message ends, however much of it makes sense.
      return { next: stop, isWhole: !isCut && sets.isWhole, isCounted: !isCut && sets.isCounted };
    }
    if (header.samplingInterval > 0) exporter.samplingInterval = header.samplingInterval;
    this.#reader.read(header, exporter, fixedTemplates[header.version], bytes, first, stop);
    return { next: stop, isWhole: !isCut, isCounted: !isCut };
  }

  #readSets(header: MessageHeader, exporter: Exporter, bytes: Buffer, first: number, end: number): BodyEnd {
    let isCounted = true;
    let at = first;
    while (end - at >= 4) {
      const id = bytes.readUInt16BE(at);
      const length = bytes.readUInt16BE(at + 2);
      if (header.version === 9) {
        // Ids from 2 to 255 are reserved, and versions: without a length, a message ends where the next begins.
        if (id > 1 && id < FIRST_DATA_SET && readHeader(bytes, at, end) !== undefined) {
          return { next: at, isWhole: true, isCounted };
        }
        if (id === 0 && length === 0) return { next: skipZeros(bytes, at, end), isWhole: true, isCounted };
      }
      if (length < 4 || length > end - at) {
        const why = length < 4 ? `a set of ${length} octets` : `a set of ${length} octets where ${end - at} are left`;
        this.#sink.problem("malformed-message", why, at);
        return { next: at, isWhole: false, isCounted: false };
      }
      isCounted = this.#readSet(header, exporter, id, bytes, at + 4, at + length) && isCounted;
      at += length;
    }
    if (isZero(bytes, at, end)) return { next: end, isWhole: true, isCounted };
    this.#sink.problem("malformed-message", `${end - at} octets behind the last set`, at);
    return { next: at, isWhole: false, isCounted };
  }

  /** @returns false when records may be missing from the count. */
  #readSet(header: MessageHeader, exporter: Exporter, id: number, bytes: Buffer, at: number, end: number): boolean {
    const { templates, options } = header.version === 9 ? NETFLOW9_SETS : IPFIX_SETS;
    if (id === templates || id === options) {
      this.#readTemplates(exporter, bytes, at, end, id === options);
      return true;
    }
    if (id < FIRST_DATA_SET) {
      this.#sink.problem("malformed-message", `a set has the reserved id ${id}`, at - 4);
      return false;
    }
    const template = exporter.templates.get(id);
    if (template === undefined) {
      this.#sink.problem("no-template", `a data set of template ${id}, which was not seen before it`, at - 4);
      return false;
    }
    return this.#reader.read(header, exporter, template, bytes, at, end);
  }

  #readTemplates(exporter: Exporter, bytes: Buffer, at: number, end: number, isOptions: boolean): void {
    const earlier = exporter.fields;
    readTemplateSet(bytes, at, end, exporter.version, isOptions, {
      define: (template) => exporter.define(template),
      withdraw: (id, ofOptions) => (id === null ? exporter.withdrawAll(ofOptions) : exporter.withdraw(id)),
      refuse: (why, place) => this.#sink.problem("malformed-template", why, place),
    });
    this.exporters.addFields(exporter.fields - earlier);
  }
}

interface BodyEnd extends MessageEnd {
  /** Every record of the message was counted: the next sequence number is known. */
  readonly isCounted: boolean;
}
