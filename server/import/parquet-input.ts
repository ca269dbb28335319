import { copyFile, link, unlink } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { isDiskFull } from "../datasets/index.js";
import type { ImportDatabase } from "./import-database.js";
import { sqlText } from "./sql.js";

/**
 * Rewrite a Parquet file as CSV in the scratch folder, a header before its rows: they are judged as any others. The database
 * sees nothing but the scratch folder, so the file is linked into it, or copied where it cannot be.
 * @returns path of the CSV
 * @throws FLM_FILE_UNREADABLE when it is no Parquet file that DuckDB reads
 */
export async function writeParquetAsText(
  database: ImportDatabase,
  path: string,
  index: number,
  scratch: string,
): Promise<string> {
  const input = join(scratch, `input-${index}.parquet`);
  const text = join(scratch, `input-${index}.csv`);
  await link(path, input).catch(() => copyFile(path, input));
  try {
    await database.run(`COPY (SELECT * FROM read_parquet(${sqlText(input)})) TO ${sqlText(text)} (FORMAT csv, HEADER)`);
  } catch (cause) {
    if (isDiskFull(cause)) throw cause;
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} cannot be read: it is no whole Parquet file.`, { cause });
  } finally {
    await unlink(input);
  }
  return text;
}
