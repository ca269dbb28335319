import { readInput } from "@flamenco/sandbox/records";
import type { AccountBook } from "./account.js";
import { BatchReader } from "./batch-reader.js";
import type { Dialect } from "./dialects/index.js";
import { FileLines } from "./file-lines.js";
import type { FilePlan } from "./file-plan.js";
import type { ImportDatabase } from "./import-database.js";
import { LineScanner } from "./line-scanner.js";
import { assertSameSchema, type RowSchema, schemaOf } from "./row-schema.js";
import { sqlText } from "./sql.js";
import { StagedRows } from "./staged-rows.js";

/**
 * Reads input files into staged rows and books every line: structure is judged here, line by line; the cells of whole lines
 * are judged by DuckDB, batches at a time, while the next batch is being read.
 */
export class RowReader {
  readonly #database: ImportDatabase;
  readonly #book: AccountBook;
  readonly #candidates: readonly Dialect[];
  readonly #staged: StagedRows;
  readonly #batches: BatchReader;
  #schema: RowSchema | null = null;

  constructor(options: {
    database: ImportDatabase;
    book: AccountBook;
    scratch: string;
    candidates: readonly Dialect[];
  }) {
    const { database, book, scratch, candidates } = options;
    this.#database = database;
    this.#book = book;
    this.#candidates = candidates;
    this.#staged = new StagedRows(database, scratch);
    this.#batches = new BatchReader({ database, book, scratch, staged: this.#staged });
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
    const batches = this.#batches;
    const lines = new FileLines(path, index, { candidates: this.#candidates, book: this.#book, batches });
    const scanner = new LineScanner((line) => lines.take(line));
    const table = () => ({ index, plan: lines.plan, schema: this.#schemaFor(lines.plan, path), records: false });
    try {
      const digest = await readInput(
        path,
        async (chunk) => {
          scanner.push(chunk);
          if (batches.isFull) await batches.handOver(table());
        },
        options,
      );
      scanner.finish();
      await batches.finish(table());
      if (await lines.settleLastLine((label) => this.#isWholeLabel(index, lines.plan, label)))
        await batches.finish(table());
      lines.close();
      this.#book.closeFile(index, digest);
      const { plan, schema } = table();
      return { plan, schema };
    } finally {
      // Whoever closes the database must not do so under a running statement.
      await batches.settle().catch(() => undefined);
    }
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
