import type { DuckDBDataChunk } from "@duckdb/node-api";
import { FlamencoError } from "@flamenco/policies/errors";
import { type Field, fieldOf, kindOf, segmentColumn, splitColumn, truthColumn } from "@flamenco/policies/wire";
import type { DatasetVersion } from "./dataset-version.js";
import { openSealedDuckdb, type SealedDuckdb, sqlFile, sqlText } from "./sealed-duckdb.js";

/** What to read of a dataset version. */
export interface ColumnRequest {
  /** Fields to read; each must be a column of the version. */
  readonly fields: readonly string[];
  /** Texts of each category field that anybody asks about. */
  readonly categories: ReadonlyMap<string, readonly string[]>;
  /** Labels of the task, in its order: what the truth column is expressed in. */
  readonly labels: readonly string[];
}

/** Some rows of a dataset version, in the partitions' row order. */
export interface ColumnChunk {
  readonly rows: number;
  /**
   * One number a row: the value; 0 or 1 of a boolean; of a category the index of its text among those asked about, or
   * their number for any other text. NaN is missing.
   */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Index into the asked labels, -1 where the truth is unknown or another label. */
  readonly truth: Int8Array;
  /** Number of each row's segment; null when the version has one segment, the whole. */
  readonly segments: Int32Array | null;
  /** Part of each row, 0 training, 1 validation, 2 test; null when the version does not say. */
  readonly parts: Uint8Array | null;
}

/** Consecutive rows of one partition. */
interface Piece {
  readonly path: string;
  readonly first: number;
  readonly rows: number;
}

/** Any failure of DuckDB, without its text: its messages quote the value that they could not convert. */
const corrupt = () =>
  new FlamencoError("FLM_DATASET_CORRUPT", "A partition of the dataset version cannot be read as its manifest says.");

/** Reads rows of a dataset version by their number, out of DuckDB's vectors into typed arrays. Holds none of them. */
export class ColumnReader {
  readonly #version: DatasetVersion;
  readonly #fields: readonly string[];
  readonly #select: string;
  readonly #duckdb: SealedDuckdb;

  private constructor(version: DatasetVersion, fields: readonly string[], select: string, duckdb: SealedDuckdb) {
    this.#version = version;
    this.#fields = fields;
    this.#select = select;
    this.#duckdb = duckdb;
  }

  /**
   * Open the partitions, whose row counts must be those of the manifest: a surplus row would stand in the place of another.
   * @throws FLM_FIELD_MISSING for a field that the version does not have, FLM_DATASET_CORRUPT
   */
  static async open(version: DatasetVersion, request: ColumnRequest): Promise<ColumnReader> {
    const select = selectOf(version, request);
    const duckdb = await openSealedDuckdb(version.directory);
    try {
      for (const [index, path] of version.partitions.entries()) {
        const reader = await duckdb.connection.runAndReadAll(
          `SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata(${sqlFile(path)})`,
        );
        if (reader.getRows()[0]?.[0] !== version.manifest.partitions[index]?.rows) throw corrupt();
      }
      return new ColumnReader(version, request.fields, select, duckdb);
    } catch {
      duckdb.close();
      throw corrupt();
    }
  }

  /**
   * Rows `first` to `first + rows - 1` of the version.
   * @throws FLM_DATASET_CORRUPT
   */
  async read(first: number, rows: number): Promise<ColumnChunk> {
    const values = this.#fields.map(() => new Float64Array(rows));
    const truth = new Int8Array(rows);
    const count = this.#version.manifest.segments?.count ?? 0;
    const segments = count === 0 ? null : new Int32Array(rows);
    const parts = this.#version.manifest.preparation?.split === undefined ? null : new Uint8Array(rows);
    const behind = this.#fields.length + 1;
    let offset = 0;
    try {
      for (const piece of piecesOf(this.#version, first, rows)) {
        const end = offset + piece.rows;
        const where = `file_row_number BETWEEN ${piece.first} AND ${piece.first + piece.rows - 1}`;
        const from = `read_parquet(${sqlFile(piece.path)}, file_row_number = true)`;
        const result = await this.#duckdb.connection.stream(`SELECT ${this.#select} FROM ${from} WHERE ${where}`);
        for (let chunk = await result.fetchChunk(); chunk?.rowCount; chunk = await result.fetchChunk()) {
          if (offset + chunk.rowCount > end) throw corrupt();
          copyChunk(chunk, values, truth, offset);
          if (segments !== null) copyNumbers(chunk, behind, segments, offset, count);
          if (parts !== null) copyNumbers(chunk, behind + (segments === null ? 0 : 1), parts, offset, PARTS);
          offset += chunk.rowCount;
        }
        if (offset !== end) throw corrupt();
      }
    } catch {
      throw corrupt();
    }
    if (offset !== rows) throw corrupt();
    return {
      rows,
      columns: new Map(this.#fields.map((field, index) => [field, values[index]!])),
      truth,
      segments,
      parts,
    };
  }

  close(): void {
    this.#duckdb.close();
  }
}

/** Where the rows from number `first` on lie. */
function* piecesOf({ manifest, partitions }: DatasetVersion, first: number, rows: number): Generator<Piece> {
  let start = 0;
  for (const [index, path] of partitions.entries()) {
    const end = start + manifest.partitions[index]!.rows;
    const from = Math.max(first, start);
    const to = Math.min(first + rows, end);
    if (from < to) yield { path, first: from - start, rows: to - from };
    start = end;
  }
}

/** Numbers of the wanted columns, then the truth, then the segment where there are several, then the part where it is given. @throws FLM_FIELD_MISSING */
function selectOf({ manifest }: DatasetVersion, { fields, categories, labels }: ColumnRequest): string {
  const kind = kindOf(manifest.kind);
  const columns = fields.map((name) => {
    const field = fieldOf(kind, name);
    if (field === undefined || !manifest.columns.includes(name)) {
      throw new FlamencoError("FLM_FIELD_MISSING", `The dataset has no column ${name}.`);
    }
    return `${numberOf(field, categories.get(name) ?? [])}::DOUBLE`;
  });
  const truth = manifest.truth === null ? "-1" : placeOf(truthColumn, labels, -1);
  const segment = manifest.segments === undefined ? [] : [`"${segmentColumn}"::INTEGER`];
  const part = manifest.preparation?.split === undefined ? [] : [`"${splitColumn}"::INTEGER`];
  return [...columns, `${truth}::TINYINT`, ...segment, ...part].join(", ");
}

function numberOf({ name, type }: Field, texts: readonly string[]): string {
  if (type === "category") return `(CASE WHEN "${name}" IS NOT NULL THEN ${placeOf(name, texts, texts.length)} END)`;
  return type === "boolean" ? `"${name}"::BOOLEAN::TINYINT` : `"${name}"`;
}

/** SQL of the index of a column's text in `texts`, `otherwise` for any other. */
function placeOf(column: string, texts: readonly string[], otherwise: number): string {
  const cases = texts.map((text, index) => `WHEN ${sqlText(text)} THEN ${index}`).join(" ");
  return texts.length === 0 ? String(otherwise) : `(CASE "${column}"::VARCHAR ${cases} ELSE ${otherwise} END)`;
}

/** Copy one chunk's vectors behind `offset`; behind them comes the truth. */
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

/** Training, validation, test. */
const PARTS = 3;

/** Numbers below `count`: a segment that has no statistics would read past them. */
function copyNumbers(
  chunk: DuckDBDataChunk,
  column: number,
  target: Int32Array | Uint8Array,
  offset: number,
  count: number,
): void {
  const vector = chunk.getColumnVector(column);
  for (let row = 0; row < chunk.rowCount; row++) {
    const number = vector.getItem(row) as number | null;
    if (number === null || number < 0 || number >= count) throw corrupt();
    target[offset + row] = number;
  }
}
