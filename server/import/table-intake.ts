import type { AccountBook } from "./account.js";
import type { Dialect } from "./dialects/index.js";
import type { FileIntake } from "./file-intake.js";
import { FileLines, type LineBatches } from "./file-lines.js";
import type { FilePlan } from "./file-plan.js";
import { LineScanner } from "./line-scanner.js";

/** Makes rows of delimited text. */
export class TableIntake implements FileIntake {
  readonly records = false;
  readonly #lines: FileLines;
  readonly #scanner: LineScanner;

  /** @param headerLine number of the first line: 0 where a header was put before lines that are counted without it */
  constructor(
    file: { readonly path: string; readonly index: number },
    options: { candidates: readonly Dialect[]; book: AccountBook; batches: LineBatches; headerLine?: 0 | 1 },
  ) {
    this.#lines = new FileLines(file.path, file.index, options);
    this.#scanner = new LineScanner((line) => this.#lines.take(line), options.headerLine ?? 1);
  }

  get plan(): FilePlan {
    return this.#lines.plan;
  }

  push(chunk: Buffer): void {
    this.#scanner.push(chunk);
  }

  finish(): void {
    this.#scanner.finish();
  }

  settleLastLine(isWholeLabel: (label: string) => Promise<boolean>): Promise<boolean> {
    return this.#lines.settleLastLine(isWholeLabel);
  }

  close(): void {
    this.#lines.close();
  }
}
