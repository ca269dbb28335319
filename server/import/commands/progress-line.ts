import type { ImportProgress } from "../import-request.js";

const titles = { read: "Reading", write: "Writing", statistics: "Computing statistics" } as const;

/** One line on a terminal that is written over; silent where standard error is not a terminal. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = "";

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show({ stage, done, total }: ImportProgress): void {
    if (!this.#stream.isTTY) return;
    const share = total === 0 ? 100 : Math.floor((100 * done) / total);
    const text = `${titles[stage]} ${String(share).padStart(3)} %`;
    if (text === this.#shown) return;
    this.#shown = text;
    this.#stream.write(`\r\x1b[2K${text}`);
  }

  clear(): void {
    if (this.#shown !== "") this.#stream.write("\r\x1b[2K");
    this.#shown = "";
  }
}
