import { FlamencoError } from "@flamenco/policies/errors";
import { type FieldType, fieldOf, kindOf } from "@flamenco/policies/wire";
import { openSealedDuckdb, sqlFile, sqlText } from "./sealed-duckdb.js";

const columnTypes: Readonly<Record<FieldType, string>> = {
  number: "DOUBLE",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  category: "VARCHAR",
};

/** A CSV of the dialect `flamenco` and the Parquet file that it becomes, in one folder. */
export interface ParquetRequest {
  readonly directory: string;
  readonly csv: string;
  readonly parquet: string;
  readonly kind: string;
  /** Fields of the kind, in the order of the columns. */
  readonly fields: readonly string[];
}

/**
 * Write a canonical CSV as Parquet, each column of the type of its field, rows in their order.
 * @throws FLM_FILE_UNREADABLE
 */
export async function writeParquet({ directory, csv, parquet, kind, fields }: ParquetRequest): Promise<void> {
  const known = kindOf(kind);
  const columns = fields.map((name) => `${sqlText(name)}: ${sqlText(columnTypes[fieldOf(known, name)!.type])}`);
  const source = `read_csv(${sqlFile(csv)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {${columns.join(", ")}})`;
  const duckdb = await openSealedDuckdb(directory);
  try {
    await duckdb.connection.run(`COPY (SELECT * FROM ${source}) TO ${sqlText(parquet)} (FORMAT parquet)`);
  } catch {
    // Without DuckDB's text, which quotes values.
    throw new FlamencoError("FLM_FILE_UNREADABLE", "The rows cannot be written as Parquet; is the disk full?");
  } finally {
    duckdb.close();
  }
}
