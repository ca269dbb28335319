import { unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { readInput } from "@flamenco/sandbox/records";
import { type AccountBook, placeOf } from "./account.js";
import { readBatchSql } from "./batch-sql.js";
import type { Dialect } from "./dialects/index.js";
import { FileLines } from "./file-lines.js";
import type { FilePlan } from "./file-plan.js";
import type { ImportDatabase } from "./import-database.js";
import { type BatchText, LineBatch } from "./line-batch.js";
import { LineScanner } from "./line-scanner.js";
import { assertSameSchema, createRowsSql, type RowSchema, schemaOf } from "./row-schema.js";
import { sqlText } from "./sql.js";

/**
 * Reads input files into the table `rows` of an import's database and books every line: structure is judged here, line by
 * line; the cells of whole lines are judged by DuckDB, a batch at a time, while the next batch is being read.
 */
export class RowReader {
  readonly #database: ImportDatabase;
  readonly #book: AccountBook;
  readonly #scratch: string;
  readonly #candidates: readonly Dialect[];
  readonly #batch = new LineBatch();
  #schema: RowSchema | null = null;
  #pending: Promise<void> = Promise.resolve();
  #batches = 0;

  constructor(options: {
    database: ImportDatabase;
    book: AccountBook;
    scratch: string;
    candidates: readonly Dialect[];
  }) {
    this.#database = options.database;
    this.#book = options.book;
    this.#scratch = options.scratch;
    this.#candidates = options.candidates;
  }

  /**
   * Read one file to its end.
   * @param index of the file in the account book.
   * @throws FLM_FILE_UNREADABLE, FLM_IMPORT_DIALECT, FLM_IMPORT_HEADER
   */
  async readFile(
    index: number,
    path: string,
    options: { onRead: (bytes: number) => void; signal: AbortSignal },
  ): Promise<{ plan: FilePlan; schema: RowSchema }> {
    const lines = new FileLines(path, index, { candidates: this.#candidates, book: this.#book, batch: this.#batch });
    const scanner = new LineScanner((line) => lines.take(line));
    const handOver = async () => this.#handOver(lines.plan, await this.#schemaFor(lines.plan, path), index);
    try {
      const digest = await readInput(
        path,
        async (chunk) => {
          scanner.push(chunk);
          if (this.#batch.isFull) await handOver();
        },
        options,
      );
      scanner.finish();
      const schema = await this.#schemaFor(lines.plan, path);
      await handOver();
      await this.#pending;
      if (await lines.settleLastLine((label) => this.#isWholeLabel(index, lines.plan, label))) await handOver();
      await this.#pending;
      lines.close();
      this.#book.closeFile(index, digest);
      return { plan: lines.plan, schema };
    } finally {
      // Whoever closes the database must not do so under a running statement.
      await this.#pending.catch(() => undefined);
    }
  }

  async #schemaFor(plan: FilePlan, path: string): Promise<RowSchema> {
    const schema = schemaOf(plan);
    if (this.#schema === null) {
      this.#schema = schema;
      await this.#database.run(createRowsSql(schema));
    }
    assertSameSchema(this.#schema, schema, path);
    return this.#schema;
  }

  async #handOver(plan: FilePlan, schema: RowSchema, index: number): Promise<void> {
    const text = this.#batch.take();
    if (text === null) return;
    await this.#pending;
    const path = join(this.#scratch, `lines-${this.#batches}.csv`);
    this.#batches += 1;
    await writeFile(path, text.bytes);
    this.#pending = this.#ingest(plan, schema, index, path, text);
    // A failure is thrown by the next `await`; until then it must not count as unhandled.
    this.#pending.catch(() => undefined);
  }

  async #ingest(plan: FilePlan, schema: RowSchema, index: number, path: string, text: BatchText): Promise<void> {
    const { lines, quoted } = text;
    const inserted = await this.#database.run(readBatchSql(plan, schema, index, path, quoted));
    if (inserted !== lines) {
      throw new FlamencoError("FLM_INTERNAL", "The CSV reader lost or invented a row. Nothing was changed.");
    }
    await unlink(path);
  }

  /**
   * A label at the very end of a file is whole when a kept row of the same file has it, and no known or seen label goes on
   * where it ends: `DrDoS_N` is not believed, nor, for fear of `UDP-lag`, is `UDP`.
   */
  async #isWholeLabel(index: number, plan: FilePlan, label: string): Promise<boolean> {
    const text = sqlText(label);
    const inFile = `place BETWEEN ${placeOf(index, 0)} AND ${placeOf(index + 1, 0) - 1}`;
    const seen = await this.#database.number(
      `SELECT count(*)::DOUBLE FROM rows WHERE label = ${text} AND reason IS NULL AND ${inFile}`,
    );
    const longer = await this.#database.number(
      `SELECT count(*)::DOUBLE FROM rows WHERE starts_with(label, ${text}) AND label <> ${text} AND ${inFile}`,
    );
    const knownLonger = plan.dialect.knownLabels.some((known) => known.startsWith(label) && known !== label);
    return seen > 0 && longer === 0 && !knownLonger;
  }
}
