import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ImportDatabase } from "./import-database.js";
import { type RowSchema, sqlTypeOf } from "./row-schema.js";
import { sqlName, sqlText } from "./sql.js";

/** One file of staged rows. */
export interface StagedFile {
  /** Index of the input file whose rows it holds. */
  readonly file: number;
  readonly name: string;
  readonly bytes: number;
}

/**
 * The rows of an import while it runs: Parquet files in the scratch folder, one a batch, in the order in which they were read.
 * Columns: `place` (file and line as one number, unique), `shown` (the place that an account names), `key` and `other_key`
 * (equal in identical rows), `label`, `reason` (why the row is dropped, or null), and the fields.
 */
export class StagedRows {
  readonly #database: ImportDatabase;
  readonly #scratch: string;
  readonly #paths: { readonly file: number; readonly path: string }[] = [];

  constructor(database: ImportDatabase, scratch: string) {
    this.#database = database;
    this.#scratch = scratch;
  }

  /** The files that were written so far; nothing may be under way. */
  async list(): Promise<StagedFile[]> {
    const sizes = await Promise.all(this.#paths.map(async ({ path }) => (await stat(path)).size));
    return this.#paths.map(({ file, path }, index) => ({ file, name: basename(path), bytes: sizes[index] ?? 0 }));
  }

  /** Go on after files that an earlier import staged in the same folder. */
  restore(staged: readonly StagedFile[]): void {
    this.#paths.push(...staged.map(({ file, name }) => ({ file, path: join(this.#scratch, name) })));
  }

  /** A path for the next batch, after those that were reserved before. */
  reserve(file: number): string {
    const path = join(this.#scratch, `rows-${String(this.#paths.length).padStart(6, "0")}.parquet`);
    this.#paths.push({ file, path });
    return path;
  }

  /** @returns how many rows a query gave. */
  async write(path: string, query: string, lane: number): Promise<number> {
    return this.#database.number(`COPY (${query}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION lz4_raw)`, lane);
  }

  /** SQL of the staged rows of one input file, in the order in which they were read; null when there are none. */
  sourceOf(file: number): string | null {
    return this.#source(this.#paths.filter((staged) => staged.file === file).map(({ path }) => path));
  }

  /** Make the views `staged`, all rows, and `rows`, those without a reason to drop them. */
  async createViews(schema: RowSchema): Promise<void> {
    const source = this.#source(this.#paths.map(({ path }) => path)) ?? `(${noRowsSql(schema)})`;
    await this.#database.run(`CREATE VIEW staged AS SELECT * FROM ${source}`);
    await this.#database.run("CREATE VIEW rows AS SELECT * FROM staged WHERE reason IS NULL");
  }

  #source(paths: readonly string[]): string | null {
    return paths.length === 0 ? null : `read_parquet([${paths.map(sqlText).join(", ")}])`;
  }
}

function noRowsSql(schema: RowSchema): string {
  const columns = {
    place: "BIGINT",
    shown: "BIGINT",
    key: "UBIGINT",
    other_key: "UBIGINT",
    label: "VARCHAR",
    reason: "VARCHAR",
  };
  const fields = schema.fields.map((field) => [field.name, sqlTypeOf(field)] as const);
  const nulls = [...Object.entries(columns), ...fields].map(([name, type]) => `NULL::${type} AS ${sqlName(name)}`);
  return `SELECT ${nulls.join(", ")} WHERE false`;
}
