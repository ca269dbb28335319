import { readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { type AccountBook, placeOf } from "./account.js";
import { readBatchSql } from "./batch-sql.js";
import { judgeLine, type LineBatches } from "./file-lines.js";
import type { FilePlan } from "./file-plan.js";
import type { ImportDatabase } from "./import-database.js";
import { Lanes } from "./lanes.js";
import { LineBatch } from "./line-batch.js";
import type { RowSchema } from "./row-schema.js";
import { skippedLines } from "./skipped-lines.js";
import { sqlText } from "./sql.js";
import type { StagedRows } from "./staged-rows.js";

/** The file whose lines a batch holds. */
export interface BatchTable {
  readonly index: number;
  readonly plan: FilePlan;
  readonly schema: RowSchema;
  /** Lines carry the number of their record. */
  readonly records: boolean;
}

/** A batch as it is on the disk. */
interface BatchFile {
  readonly path: string;
  readonly lines: number;
  readonly quoted: boolean;
}

/** Collects the lines of a file and has DuckDB read and judge them, several batches at once. */
export class BatchReader implements LineBatches {
  readonly typed = new LineBatch();
  readonly careful = new LineBatch();
  readonly #database: ImportDatabase;
  readonly #book: AccountBook;
  readonly #scratch: string;
  readonly #staged: StagedRows;
  readonly #lanes: Lanes;
  #texts = 0;

  constructor(options: { database: ImportDatabase; book: AccountBook; scratch: string; staged: StagedRows }) {
    this.#database = options.database;
    this.#book = options.book;
    this.#scratch = options.scratch;
    this.#staged = options.staged;
    this.#lanes = new Lanes(options.database.lanes);
  }

  get isFull(): boolean {
    return this.typed.isFull || this.careful.isFull;
  }

  /** Hand what was collected to DuckDB. */
  async handOver(table: BatchTable): Promise<void> {
    const typed = this.typed.take();
    if (typed !== null) {
      const path = await this.#write(typed.bytes);
      const rows = this.#staged.reserve(table.index);
      await this.#lanes.start((lane) => this.#readTyped(table, { ...typed, path }, rows, lane));
    }
    if (this.careful.isFull) await this.#handOverCareful(table);
  }

  /** Hand over what is left and wait until everything is read. */
  async finish(table: BatchTable): Promise<void> {
    await this.handOver(table);
    await this.settle();
    await this.#handOverCareful(table);
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.#lanes.settle();
  }

  async #handOverCareful(table: BatchTable): Promise<void> {
    const careful = this.careful.take();
    if (careful === null) return;
    // Lines that a typed reading skips are added while this is written.
    const path = await this.#write(Buffer.from(careful.bytes));
    await this.#lanes.start((lane) => this.#readCarefully(table, { ...careful, path }, lane));
  }

  async #write(bytes: Buffer): Promise<string> {
    const path = join(this.#scratch, `lines-${this.#texts}.csv`);
    this.#texts += 1;
    await writeFile(path, bytes);
    return path;
  }

  async #readTyped(table: BatchTable, batch: BatchFile, rows: string, lane: number): Promise<void> {
    const { plan, schema, index, records } = table;
    const { path, lines, quoted } = batch;
    const query = readBatchSql(plan, schema, index, { path, quoted, typed: true, records });
    const read = await this.#staged.write(rows, query, lane);
    if (read > lines) throw lostRows();
    if (read < lines) await this.#collectSkipped(table, path, rows, lane);
    await unlink(path);
  }

  /** The lines that the typed reading left out: too few cells or too many, cells that are no numbers or no good ones. */
  async #collectSkipped({ plan, index, records }: BatchTable, path: string, rows: string, lane: number): Promise<void> {
    const { delimiter } = plan.dialect;
    const places = await this.#database.query(`SELECT place::DOUBLE FROM read_parquet(${sqlText(rows)})`, lane);
    const read = new Set(places.map(([place]) => place));
    const isRead = (number: number) => read.has(placeOf(index, number));
    for (const line of skippedLines(await readFile(path), delimiter, isRead)) {
      const reason = records ? null : judgeLine(line, plan);
      if (reason !== null) this.#book.drop(reason, 1, [placeOf(index, line.number)]);
      else this.careful.add(line.number, delimiter, line.bytes, line.start, line.end, line.quoted);
    }
  }

  async #readCarefully(table: BatchTable, batch: BatchFile, lane: number): Promise<void> {
    const { plan, schema, index, records } = table;
    const { path, lines, quoted } = batch;
    const rows = this.#staged.reserve(index);
    const query = readBatchSql(plan, schema, index, { path, quoted, typed: false, records });
    if ((await this.#staged.write(rows, query, lane)) !== lines) throw lostRows();
    await unlink(path);
  }
}

function lostRows(): FlamencoError {
  return new FlamencoError("FLM_INTERNAL", "The CSV reader lost or invented a row. Nothing was changed.");
}
