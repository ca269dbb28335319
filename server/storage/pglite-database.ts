import { mkdir, readdir } from "node:fs/promises";
import { PGlite, type Results } from "@electric-sql/pglite";
import { FlamencoError } from "@flamenco/policies/errors";
import type { Database, Queryable, SqlValue } from "./database.js";
import { flushOf } from "./flush-files.js";

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
  let sinceMs = Date.now();
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const isNew = (await readdir(directory)).length === 0;
    pglite = await PGlite.create(directory);
    // The thousand files of a new database take seconds to flush, and hold nothing yet.
    if (isNew) sinceMs = Date.now();
  } catch (cause) {
    throw new FlamencoError("FLM_DATABASE", `The database in ${directory} cannot be opened.`, { cause });
  }
  const flush = flushOf(directory, sinceMs);
  return {
    ...adapt(pglite),
    backend: "pglite",
    transaction: (work) => pglite.transaction((transaction) => work(adapt(transaction))),
    // It writes its files and leaves it to the system when they reach the disk.
    flush: async () => {
      try {
        await flush();
      } catch (cause) {
        throw new FlamencoError("FLM_DATABASE", `The disk does not keep the files of ${directory}.`, { cause });
      }
    },
    close: () => pglite.close(),
    lost: new Promise(() => {}),
  };
}
