import { type Datagram, DatagramReader } from "../capture/index.js";
import { decodeDatagram, isExportDatagram } from "./export-datagram.js";
import type { ExportSink, ExportSource } from "./export-source.js";
import type { ExporterTable } from "./exporter.js";
import { MessageDecoder } from "./message-decoder.js";
import type { MessageSink } from "./message-sink.js";

/** Export messages in the UDP datagrams of a packet capture, whatever their ports; other traffic is counted and passed over. */
export class CaptureSource implements ExportSource {
  readonly decoder: MessageDecoder;
  readonly #packets = new DatagramReader((datagram) => this.#take(datagram));
  #datagrams = 0;
  #others = 0;
  #partial = 0;
  #messages = 0;

  constructor(sink: ExportSink, exporters?: ExporterTable) {
    const messages: MessageSink = {
      record: (record) => sink.record(record),
      problem: (problem, text, at) => sink.problem(problem, text, `datagram ${this.#datagrams}, byte ${at}`),
    };
    this.decoder = new MessageDecoder(messages, exporters);
  }

  get messages(): number {
    return this.#messages;
  }

  /** @throws FLM_CAPTURE when the file is no packet capture */
  push(chunk: Buffer): void {
    this.#packets.push(chunk);
  }

  /** @throws FLM_CAPTURE when the file is no packet capture */
  finish(): string[] {
    const { damage } = this.#packets.finish();
    const notes: string[] = [];
    if (this.#others > 0) notes.push(`UDP datagrams that are no export messages: ${this.#others}`);
    if (this.#partial > 0) notes.push(`datagrams captured in part: ${this.#partial}`);
    if (damage !== null) notes.push(`nothing is read from byte ${damage.byte} on: ${damage.why}`);
    return notes;
  }

  #take({ payload, payloadBytes, srcAddr }: Datagram): void {
    this.#datagrams += 1;
    if (payload.length < payloadBytes) this.#partial += 1;
    if (!isExportDatagram(payload)) {
      this.#others += 1;
      return;
    }
    // Counted before its records come: they name it.
    this.#messages += 1;
    this.#messages += decodeDatagram(this.decoder, payload, srcAddr) - 1;
  }
}
