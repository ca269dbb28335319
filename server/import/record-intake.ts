import {
  type Cell,
  canonicalLine,
  type RecordDecoder,
  type RecordDropReason,
  type RecordFormat,
  type RecordSink,
} from "@flamenco/sandbox/records";
import { type AccountBook, type DropReason, placeOf } from "./account.js";
import { dialectsNamed } from "./dialects/index.js";
import type { FileIntake } from "./file-intake.js";
import type { LineBatches } from "./file-lines.js";
import { type FilePlan, planFile } from "./file-plan.js";
import { importLimits } from "./limits.js";
import { hasCastOddity, hasControlCharacter } from "./plain-text.js";

/** Makes rows of what a format's decoder finds: lines of the dialect `flamenco`, judged as those of a CSV file. */
export class RecordIntake implements FileIntake, RecordSink {
  readonly records = true;
  readonly plan: FilePlan;
  readonly #decoder: RecordDecoder;
  readonly #index: number;
  readonly #book: AccountBook;
  readonly #batches: LineBatches;
  #rows = 0;

  constructor(
    format: RecordFormat,
    file: { readonly path: string; readonly index: number },
    { book, batches }: { book: AccountBook; batches: LineBatches },
  ) {
    const candidates = dialectsNamed("flamenco").filter(({ kind }) => kind === format.kind);
    const plan = planFile(() => format.fields, candidates, file.path);
    this.plan = { ...plan, dialect: { ...plan.dialect, name: format.name, title: format.title } };
    this.#index = file.index;
    this.#book = book;
    this.#batches = batches;
    this.#decoder = format.open(this);
  }

  push(chunk: Buffer): void {
    this.#decoder.push(chunk);
  }

  finish(): void {
    this.#decoder.finish();
  }

  row(record: number, cells: readonly Cell[]): void {
    this.#book.countRead(this.#index, 1);
    this.#rows += 1;
    const line = canonicalLine(cells);
    const bytes = Buffer.from(`${record},${line}`);
    if (hasControlCharacter(bytes)) this.#drop("not-text", record);
    else if (bytes.length > importLimits.lineBytes) this.#drop("line-too-long", record);
    else {
      const batch = hasCastOddity(bytes, 0, bytes.length) ? this.#batches.careful : this.#batches.typed;
      batch.add(this.#rows, ",", bytes, 0, bytes.length, line.includes('"'));
    }
  }

  drop(reason: RecordDropReason, record: number): void {
    this.#book.countRead(this.#index, 1);
    this.#drop(reason, record);
  }

  note(text: string): void {
    this.#book.note(`${this.#book.nameOfFile(this.#index)}: ${text}`);
  }

  /** A decoder says itself when a file ends in the middle of a record. */
  async settleLastLine(): Promise<boolean> {
    return false;
  }

  close(): void {}

  #drop(reason: DropReason, record: number): void {
    this.#book.drop(reason, 1, [placeOf(this.#index, record)]);
  }
}
