import { join } from "node:path";
import type { ImportDatabase } from "./import-database.js";
import { type RowSchema, sqlTypeOf } from "./row-schema.js";
import { sqlName, sqlText } from "./sql.js";

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
