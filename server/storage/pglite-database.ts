import { mkdir } from "node:fs/promises";
import { PGlite, type Results } from "@electric-sql/pglite";
import { FlamencoError } from "@flamenco/policies/errors";
import type { Database, Queryable, SqlValue } from "./database.js";

interface PgliteQueryable {
  query<Row>(sql: string, values?: unknown[]): Promise<Results<Row>>;
}

const adapt = (target: PgliteQueryable): Queryable => ({
  query: async <Row extends object>(sql: string, values: readonly SqlValue[] = []) =>
    (await target.query<Row>(sql, [...values])).rows,
});

/**
 * PostgreSQL compiled to WebAssembly, in this process, files in `directory`. The caller holds the directory's lock: two
 * processes on one directory would destroy it.
 * @throws FLM_DATABASE
 */
export async function openPgliteDatabase(directory: string): Promise<Database> {
  let pglite: PGlite;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    pglite = await PGlite.create(directory);
  } catch (cause) {
    throw new FlamencoError("FLM_DATABASE", `The database in ${directory} cannot be opened.`, { cause });
  }
  return {
    ...adapt(pglite),
    backend: "pglite",
    transaction: (work) => pglite.transaction((transaction) => work(adapt(transaction))),
    close: () => pglite.close(),
    lost: new Promise(() => {}),
  };
}
