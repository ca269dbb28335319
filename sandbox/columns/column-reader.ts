import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { FlamencoError } from "@flamenco/policies/errors";
import { type Field, fieldOf, kindOf, truthColumn } from "@flamenco/policies/wire";
import type { DatasetVersion } from "./dataset-version.js";
import { sqlFile, sqlText, withSealedDuckdb } from "./sealed-duckdb.js";

/** One column of all rows. */
export interface Column {
  /** One number a row: the value; 0 or 1 of a boolean; the dictionary's index of a category. NaN is missing. */
  readonly values: Float64Array;
  /** Distinct values of a category column in code-point order, else null. */
  readonly dictionary: readonly string[] | null;
}

/** Columns of a dataset version, all of `rows` length and in the partitions' row order. */
export interface LoadedColumns {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
  /** Index into the asked labels, -1 where the truth is unknown or another label. */
  readonly truth: Int8Array;
}

export interface ColumnRequest {
  /** Fields to load; each must be a column of the version. */
  readonly fields: readonly string[];
  /** Labels of the task, in its order: what the truth column is expressed in. */
  readonly labels: readonly string[];
  /** Told the rows loaded so far. */
  readonly onProgress?: (rows: number) => void;
}

/** Any failure of DuckDB, without its text: its messages quote the value that they could not convert. */
const corrupt = () =>
  new FlamencoError("FLM_DATASET_CORRUPT", "A partition of the dataset version cannot be read as its manifest says.");

/**
 * Load columns and ground truth of a dataset version, out of DuckDB's vectors into typed arrays.
 * @throws FLM_FIELD_MISSING for a field that the version does not have, FLM_DATASET_CORRUPT
 */
export async function readColumns(version: DatasetVersion, request: ColumnRequest): Promise<LoadedColumns> {
  const { manifest } = version;
  const kind = kindOf(manifest.kind);
  const fields = request.fields.map((name) => {
    const field = fieldOf(kind, name);
    if (field === undefined || !manifest.columns.includes(name)) {
      throw new FlamencoError("FLM_FIELD_MISSING", `The dataset has no column ${name}.`);
    }
    return field;
  });
  try {
    return await withSealedDuckdb(version.directory, async (connection) => {
      const dictionaries = await readDictionaries(connection, version, fields);
      const select = [
        ...fields.map((field, index) => `${numberOf(field, index)}::DOUBLE`),
        manifest.truth === null ? "-1::TINYINT" : truthOf(request.labels),
      ].join(", ");
      const values = fields.map(() => new Float64Array(manifest.rows));
      const truth = new Int8Array(manifest.rows);
      let offset = 0;
      for (const [index, path] of version.partitions.entries()) {
        const end = offset + (manifest.partitions[index]?.rows ?? 0);
        const result = await connection.stream(`SELECT ${select} FROM read_parquet(${sqlFile(path)})`);
        for (let chunk = await result.fetchChunk(); chunk?.rowCount; chunk = await result.fetchChunk()) {
          copyChunk(chunk, values, truth, offset);
          offset += chunk.rowCount;
          request.onProgress?.(offset);
        }
        // Surplus rows of a partition would have been written over those of the next, or dropped at the end.
        if (offset !== end) throw corrupt();
      }
      const columns = new Map(
        fields.map((field, index): [string, Column] => [
          field.name,
          { values: values[index]!, dictionary: dictionaries[index] ?? null },
        ]),
      );
      return { rows: manifest.rows, columns, truth };
    });
  } catch (error) {
    if (error instanceof FlamencoError) throw error;
    throw corrupt();
  }
}

/** Name of the enumeration that holds the dictionary of a category column. */
const enumeration = (index: number): string => `dictionary_${index}`;

function numberOf(field: Field, index: number): string {
  if (field.type === "category") return `enum_code("${field.name}"::${enumeration(index)})`;
  return field.type === "boolean" ? `"${field.name}"::BOOLEAN::TINYINT` : `"${field.name}"`;
}

function truthOf(labels: readonly string[]): string {
  const cases = labels.map((label, index) => `WHEN ${sqlText(label)} THEN ${index}`).join(" ");
  return `(CASE "${truthColumn}" ${cases} ELSE -1 END)::TINYINT`;
}

/** The dictionary of every category column over all partitions; null for other columns. */
async function readDictionaries(
  connection: DuckDBConnection,
  version: DatasetVersion,
  fields: readonly Field[],
): Promise<(string[] | null)[]> {
  const files = `[${version.partitions.map(sqlFile).join(", ")}]`;
  const dictionaries: (string[] | null)[] = [];
  for (const [index, { name, type }] of fields.entries()) {
    if (type !== "category" || version.partitions.length === 0) {
      dictionaries.push(type === "category" ? [] : null);
      continue;
    }
    const distinct = `SELECT DISTINCT "${name}"::VARCHAR AS value FROM read_parquet(${files}) WHERE value IS NOT NULL`;
    await connection.run(`CREATE TYPE ${enumeration(index)} AS ENUM (${distinct} ORDER BY value)`);
    const reader = await connection.runAndReadAll(`SELECT unnest(enum_range(NULL::${enumeration(index)}))::VARCHAR`);
    dictionaries.push(reader.getColumns()[0]?.map(String) ?? []);
  }
  return dictionaries;
}

/** Copy one chunk's vectors behind `offset`; the last column is the truth. */
function copyChunk(chunk: DuckDBDataChunk, values: readonly Float64Array[], truth: Int8Array, offset: number): void {
  const rows = chunk.rowCount;
  values.forEach((target, column) => {
    const vector = chunk.getColumnVector(column);
    for (let row = 0; row < rows; row++) {
      const value = vector.getItem(row);
      target[offset + row] = value === null ? Number.NaN : (value as number);
    }
  });
  const vector = chunk.getColumnVector(values.length);
  for (let row = 0; row < rows; row++) truth[offset + row] = vector.getItem(row) as number;
}
