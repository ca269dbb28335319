import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { sandboxLimits } from "../limits.js";

/** Text as a SQL string literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path as a pattern that matches itself alone: its glob characters are put into classes. */
const patternOf = (path: string): string => path.replace(/[[*?]/g, "[$&]");

/** A path as a literal that `read_parquet` takes for exactly that file. */
export function sqlFile(path: string): string {
  return sqlText(patternOf(path));
}

/** A DuckDB of one's own. */
export interface SealedDuckdb {
  readonly connection: DuckDBConnection;
  close(): void;
}

/**
 * An in-memory DuckDB that can read one directory and nothing else: no other file, no network, no extension, no spilling to
 * disk, configuration locked. One thread: the cores are busy with chunks of their own.
 */
export async function openSealedDuckdb(directory: string): Promise<SealedDuckdb> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: `${sandboxLimits.duckdbMegabytes}MB`,
    temp_directory: "",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    preserve_insertion_order: "true",
  });
  try {
    const connection = await instance.connect();
    const close = () => {
      connection.closeSync();
      instance.closeSync();
    };
    try {
      // DuckDB compares with the pattern as well as with the file that it finds.
      const allowed = [directory, patternOf(directory)].map((path) => sqlText(`${path}/`));
      await connection.run(`SET allowed_directories = [${allowed.join(", ")}]`);
      await connection.run("SET enable_external_access = false");
      await connection.run("SET lock_configuration = true");
      return { connection, close };
    } catch (error) {
      connection.closeSync();
      throw error;
    }
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
