import { unlink } from "node:fs/promises";
import { readInput } from "@flamenco/sandbox/records";
import type { AccountBook } from "./account.js";
import { BatchReader, type BatchTable } from "./batch-reader.js";
import { openConverted } from "./converters.js";
import { FileHead, type FileIntake } from "./file-intake.js";
import type { FilePlan } from "./file-plan.js";
import { type Detected, detectFormat, type InputFormats, inputFormatsNamed, withoutConverters } from "./formats.js";
import type { ImportDatabase } from "./import-database.js";
import { writeParquetAsText } from "./parquet-input.js";
import { RecordIntake } from "./record-intake.js";
import { assertSameSchema, type RowSchema, schemaOf } from "./row-schema.js";
import { sqlText } from "./sql.js";
import { type StagedFile, StagedRows } from "./staged-rows.js";
import { TableIntake } from "./table-intake.js";

interface InputFile {
  readonly path: string;
  readonly index: number;
}

interface ReadOptions {
  readonly onRead: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads input files into staged rows and books every line: structure is judged here, line by line; the cells of whole lines
 * are judged by DuckDB, batches at a time, while the next batch is being read.
 */
export class RowReader {
  readonly #database: ImportDatabase;
  readonly #book: AccountBook;
  readonly #scratch: string;
  readonly #formats: InputFormats;
  readonly #staged: StagedRows;
  readonly #batches: BatchReader;
  #schema: RowSchema | null = null;

  constructor(options: { database: ImportDatabase; book: AccountBook; scratch: string; formats: InputFormats }) {
    const { database, book, scratch, formats } = options;
    this.#database = database;
    this.#book = book;
    this.#scratch = scratch;
    this.#formats = formats;
    this.#staged = new StagedRows(database, scratch);
    this.#batches = new BatchReader({ database, book, scratch, staged: this.#staged });
  }

  /**
   * Read one file to its end.
   * @param index of the file in the account book.
   * @throws FLM_FILE_UNREADABLE, FLM_IMPORT_DIALECT, FLM_IMPORT_HEADER, FLM_PROGRAM_MISSING, FLM_CONVERSION
   */
  async readFile(index: number, path: string, options: ReadOptions): Promise<{ plan: FilePlan; schema: RowSchema }> {
    const file = { index, path };
    let detour: Detected | null = null;
    const head = new FileHead((bytes) => {
      const detected = detectFormat(bytes, this.#formats, path);
      if (detected.type === "converted" || detected.type === "parquet") detour = detected;
      return detour === null ? this.#intakeOf(detected, file) : null;
    });
    try {
      // Also a file that something else reads: the account has its digest.
      const digest = await readInput(path, (chunk) => this.#take(file, head, chunk), options);
      head.finish();
      const intake = head.intake ?? (await this.#readDetour(file, detour, options));
      const table = this.#tableOf(file, intake);
      await this.#batches.finish(table);
      if (await intake.settleLastLine((label) => this.#isWholeLabel(index, table.plan, label)))
        await this.#batches.finish(table);
      intake.close();
      this.#book.closeFile(index, digest);
      return table;
    } finally {
      // Whoever closes the database must not do so under a running statement.
      await this.#batches.settle().catch(() => undefined);
    }
  }

  async #take(file: InputFile, head: FileHead, chunk: Buffer): Promise<void> {
    head.push(chunk);
    if (this.#batches.isFull && head.intake !== null) await this.#batches.handOver(this.#tableOf(file, head.intake));
  }

  #tableOf({ index, path }: InputFile, { plan, records }: FileIntake): BatchTable {
    return { index, plan, schema: this.#schemaFor(plan, path), records };
  }

  #intakeOf(detected: Detected, file: InputFile, headerLine: 0 | 1 = 1): FileIntake {
    const options = { book: this.#book, batches: this.#batches };
    if (detected.type === "records") return new RecordIntake(detected.format, file, options);
    const candidates = detected.type === "table" ? detected.dialects : [];
    return new TableIntake(file, { ...options, candidates, headerLine });
  }

  /** Read what another program, or the database, makes of a file. */
  async #readDetour(file: InputFile, detour: Detected | null, options: ReadOptions): Promise<FileIntake> {
    const { signal } = options;
    const isParquet = detour?.type === "parquet";
    const formats = isParquet ? inputFormatsNamed("flamenco") : withoutConverters(this.#formats);
    const head = new FileHead((bytes) =>
      this.#intakeOf(detectFormat(bytes, formats, file.path), file, isParquet ? 0 : 1),
    );
    if (detour?.type === "converted") {
      for await (const chunk of openConverted(detour.converter, file.path, signal)) await this.#take(file, head, chunk);
    } else {
      const text = await writeParquetAsText(this.#database, file.path, file.index, this.#scratch);
      await readInput(text, (chunk) => this.#take(file, head, chunk), { onRead: () => undefined, signal });
      await unlink(text);
    }
    head.finish();
    return head.intake as FileIntake;
  }

  /** Rows staged so far, between two files. */
  async stagedFiles(): Promise<StagedFile[]> {
    return this.#staged.list();
  }

  /** Go on after the files that an earlier import had read. */
  restore({ staged, schema }: { readonly staged: readonly StagedFile[]; readonly schema: RowSchema }): void {
    this.#staged.restore(staged);
    this.#schema = schema;
  }

  /** Make the views `staged` and `rows` over the rows of all files that were read. */
  async createViews(schema: RowSchema): Promise<void> {
    await this.#staged.createViews(schema);
  }

  #schemaFor(plan: FilePlan, path: string): RowSchema {
    const schema = schemaOf(plan);
    this.#schema ??= schema;
    assertSameSchema(this.#schema, schema, path);
    return schema;
  }

  /**
   * A label at the very end of a file is whole when a kept row of the same file has it, and no known or seen label goes on
   * where it ends: `DrDoS_N` is not believed, nor, for fear of `UDP-lag`, is `UDP`.
   */
  async #isWholeLabel(index: number, plan: FilePlan, label: string): Promise<boolean> {
    const source = this.#staged.sourceOf(index);
    if (source === null) return false;
    const text = sqlText(label);
    const count = (where: string) => this.#database.number(`SELECT count(*)::DOUBLE FROM ${source} WHERE ${where}`);
    const seen = await count(`label = ${text} AND reason IS NULL`);
    const longer = await count(`starts_with(label, ${text}) AND label <> ${text}`);
    const knownLonger = plan.dialect.knownLabels.some((known) => known.startsWith(label) && known !== label);
    return seen > 0 && longer === 0 && !knownLonger;
  }
}
