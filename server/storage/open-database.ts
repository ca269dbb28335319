import type { Database } from "./database.js";
import { migrateDatabase } from "./migrate.js";
import { openPgliteDatabase } from "./pglite-database.js";
import { openPostgresDatabase } from "./postgres-database.js";

export interface DatabaseLocation {
  /** A PostgreSQL server; absent: the embedded database in `directory`. */
  readonly databaseUrl?: string | undefined;
  readonly directory: string;
  readonly nodeName: string;
}

/**
 * Open the node's database and bring it to the newest schema.
 * @throws FLM_DATABASE, FLM_DATA_DIR_LOCKED
 */
export async function openDatabase(location: DatabaseLocation, now: () => Date): Promise<Database> {
  const database =
    location.databaseUrl === undefined
      ? await openPgliteDatabase(location.directory)
      : await openPostgresDatabase(location.databaseUrl, location.nodeName);
  try {
    await migrateDatabase(database, now);
  } catch (cause) {
    await database.close();
    throw cause;
  }
  return database;
}
