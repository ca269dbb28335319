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

/**
 * Run `use` with an in-memory DuckDB that can read one directory and nothing else: no other file, no network, no
 * extension, no spilling to disk, configuration locked. Closed afterwards, whatever happened.
 */
export async function withSealedDuckdb<T>(
  directory: string,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(sandboxLimits.duckdbThreads),
    memory_limit: `${sandboxLimits.duckdbMegabytes}MB`,
    temp_directory: "",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    preserve_insertion_order: "true",
  });
  try {
    const connection = await instance.connect();
    try {
      // DuckDB compares with the pattern as well as with the file that it finds.
      const allowed = [directory, patternOf(directory)].map((path) => sqlText(`${path}/`));
      await connection.run(`SET allowed_directories = [${allowed.join(", ")}]`);
      await connection.run("SET enable_external_access = false");
      await connection.run("SET lock_configuration = true");
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}
