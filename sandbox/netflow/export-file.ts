import { isCapture } from "../capture/index.js";
import { CaptureSource } from "./capture-source.js";
import type { ExportSink, ExportSource } from "./export-source.js";
import type { ExporterTable } from "./exporter.js";
import { StreamSource } from "./stream-source.js";

/** Octets by which a capture is told from export messages. */
const MAGIC_BYTES = 4;

/** A file of export messages, bare or within a packet capture, handed over in chunks of any size. */
export class ExportFile {
  readonly #sink: ExportSink;
  readonly #exporters: ExporterTable;
  #source: ExportSource | undefined;
  #head: Buffer = Buffer.alloc(0);

  /** @param exporters that earlier files told of, with their templates */
  constructor(sink: ExportSink, exporters: ExporterTable) {
    this.#sink = sink;
    this.#exporters = exporters;
  }

  /** @throws FLM_CAPTURE */
  push(chunk: Buffer): void {
    if (this.#source !== undefined) {
      this.#source.push(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= MAGIC_BYTES) this.#open().push(this.#head);
  }

  /** @returns what is to be said of the file, a line each. @throws FLM_CAPTURE */
  finish(): string[] {
    if (this.#source === undefined) this.#open().push(this.#head);
    return this.#open().finish();
  }

  get messages(): number {
    return this.#source?.messages ?? 0;
  }

  #open(): ExportSource {
    const Source = isCapture(this.#head) ? CaptureSource : StreamSource;
    this.#source ??= new Source(this.#sink, this.#exporters);
    return this.#source;
  }
}
