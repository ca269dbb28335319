import { type DataRecord, valuesOf } from "../../netflow/index.js";
import { deskLimits } from "../limits.js";

/** How records are written to standard output: not at all, as the beginning of one JSON document, or a line each. */
export type RecordForm = "none" | "json" | "ndjson";

/**
 * Writes records to standard output as they come, so that a file of any size is decoded in little memory. In the form `json`
 * the document begins with the list of records, and the summary's properties follow it.
 */
export class RecordWriter {
  readonly #form: RecordForm;
  #text: string;
  #count = 0;

  constructor(form: RecordForm) {
    this.#form = form;
    this.#text = form === "json" ? '{\n  "records": [' : "";
  }

  write(file: string, record: DataRecord): void {
    if (this.#form === "none") return;
    const { header, exporter, template } = record;
    const line = JSON.stringify({
      file,
      version: header.version,
      source: exporter.source,
      domain: header.domain,
      exportTime: new Date(header.exportTimeMs).toISOString(),
      template: template.id,
      options: template.isOptions,
      values: valuesOf(record),
    });
    if (this.#form === "ndjson") this.#text += `${line}\n`;
    else this.#text += `${this.#count === 0 ? "" : ","}\n    ${line}`;
    this.#count += 1;
  }

  /** Hand over what is written. Wait for it: whoever reads slower than files are decoded sets the pace. */
  async flush(): Promise<void> {
    if (this.#text.length > deskLimits.outputCharacters) await this.#print();
  }

  /** @param summary the rest of the document, or the last line. */
  async end(summary: object): Promise<void> {
    if (this.#form === "ndjson") this.#text += `${JSON.stringify({ summary })}\n`;
    else if (this.#form === "json") {
      const rest = JSON.stringify(summary, null, 2).slice(1);
      this.#text += `${this.#count === 0 ? "" : "\n  "}],${rest}\n`;
    }
    await this.#print();
  }

  async #print(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    // The callback is called for a reader that has gone, too.
    await new Promise<void>((settle) => process.stdout.write(text, () => settle()));
  }
}
