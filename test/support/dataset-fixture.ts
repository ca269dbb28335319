import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { canonicalJson } from "@flamenco/policies/trust";
import {
  type ColumnStatistics,
  DatasetManifest,
  type Field,
  fieldOf,
  kindOf,
  parseDocument,
  segmentColumn,
  splitColumn,
  truthColumn,
} from "@flamenco/policies/wire";

/** A row by field name; null or absent is missing. */
export type FixtureRow = Readonly<Record<string, number | string | boolean | null>>;

export interface DatasetFixture {
  readonly directory: string;
  /** Digest of the manifest, as a job names it. */
  readonly version: string;
  readonly manifest: DatasetManifest;
}

export interface FixtureOptions {
  readonly rows: readonly FixtureRow[];
  /** Columns to write; default: fields of the kind that any row has, in the kind's order. */
  readonly columns?: readonly string[];
  /** Label name or null of each row; absent: no ground truth. */
  readonly truth?: readonly (string | null)[];
  readonly kind?: string;
  readonly name?: string;
  /** Rows of a Parquet partition; default all in one. */
  readonly partitionRows?: number;
}

/**
 * Write a dataset version directory, as an import leaves it: real Parquet and a manifest that matches it.
 * @param directory made when it is not there
 */
export async function writeDatasetFixture(directory: string, options: FixtureOptions): Promise<DatasetFixture> {
  const {
    rows,
    truth,
    kind: kindName = "flow/1",
    name = "fixture",
    partitionRows = Math.max(1, rows.length),
  } = options;
  const kind = kindOf(kindName);
  const columns =
    options.columns ?? kind.fields.map((field) => field.name).filter((field) => rows.some((row) => row[field] != null));
  const fields = columns.map((column) => fieldOf(kind, column) as Field);
  await mkdir(directory, { recursive: true });
  const partitions: DatasetManifest["partitions"] = [];
  for (let first = 0; first < rows.length; first += partitionRows) {
    const file = `part-${String(partitions.length).padStart(5, "0")}.parquet`;
    const path = join(directory, file);
    const part = rows.slice(first, first + partitionRows);
    await writeParquet(path, fields, part, truth?.slice(first, first + partitionRows));
    partitions.push({ file, rows: part.length, sha256: sha256(await readFile(path)), bytes: (await stat(path)).size });
  }
  const known = truth?.filter((label) => label !== null) ?? [];
  const manifest = parseDocument(
    DatasetManifest,
    {
      schema: "flamenco-dataset/1",
      name,
      kind: kindName,
      dialect: "fixture",
      importedAt: "2024-01-01T00:00:00.000Z",
      rows: rows.length,
      columns,
      partitions,
      time: { minMs: null, maxMs: null },
      truth: truth === undefined ? null : { labels: [...new Set(known)].sort(), labeledRows: known.length },
      statistics: Object.fromEntries(
        fields
          .filter(({ type }) => type === "number" || type === "integer")
          .map((field) => [
            field.name,
            describeColumn(rows.map((row) => row[field.name]).filter(Number.isFinite) as number[]),
          ]),
      ),
      account: { read: rows.length, kept: rows.length, dropped: [], files: [], notes: [] },
      software: "fixture",
    },
    "fixture's manifest",
  );
  return writeManifest(directory, manifest);
}

/**
 * The fixture's rows `times` over, of the same statistics: many rows at the cost of few.
 * @param partitions how many files they are spread over
 */
export async function repeatRows(fixture: DatasetFixture, times: number, partitions = 1): Promise<DatasetFixture> {
  const { directory, manifest } = await replacePartition(
    fixture,
    `SELECT flows.* FROM flows CROSS JOIN range(${times / partitions}) ORDER BY range, rowid`,
  );
  const [first] = manifest.partitions;
  if (first === undefined || times % partitions !== 0) throw new Error("Rows repeat in whole partitions.");
  const rows = (manifest.rows * times) / partitions;
  const copies = Array.from({ length: partitions }, (_, index) => ({ ...first, file: `copy-${index}.parquet`, rows }));
  for (const { file } of copies) await copyFile(join(directory, first.file), join(directory, file));
  const labeledRows = (manifest.truth?.labeledRows ?? 0) * times;
  return writeManifest(directory, {
    ...manifest,
    rows: rows * partitions,
    partitions: copies,
    truth: manifest.truth === null ? null : { ...manifest.truth, labeledRows },
  });
}

/**
 * Put other rows in the place of the first partition's, with a manifest that matches the new file in all but what the rows
 * mean: what a faulty or hostile import would leave.
 * @param select SQL over the partition, which it names `flows`
 */
export async function replacePartition(fixture: DatasetFixture, select: string): Promise<DatasetFixture> {
  const { directory, manifest } = fixture;
  const [first, ...others] = manifest.partitions;
  if (first === undefined) throw new Error("The fixture has no partition.");
  const path = join(directory, first.file);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE flows AS FROM read_parquet('${path}')`);
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  const partition = { ...first, sha256: sha256(await readFile(path)), bytes: (await stat(path)).size };
  return writeManifest(directory, { ...manifest, partitions: [partition, ...others] });
}

/**
 * Divide a fixture of one partition into segments, each with the statistics of its own rows.
 * @param segmentOfRow SQL over the partition, which it names `flows`: number of a row's segment
 * @param statistics of each segment, in the order of their numbers
 */
export async function divideIntoSegments(
  fixture: DatasetFixture,
  segmentOfRow: string,
  statistics: readonly DatasetManifest["statistics"][],
): Promise<DatasetFixture> {
  const { directory, manifest } = await replacePartition(
    fixture,
    `SELECT *, (${segmentOfRow})::INTEGER AS "${segmentColumn}" FROM flows`,
  );
  const segments = statistics.map((own, index) => ({ key: [`${index}`], mode: null, rows: 0, statistics: own }));
  const text = JSON.stringify({ schema: "flamenco-segments/1", segments });
  await writeFile(join(directory, "segments.json"), text);
  return writeManifest(directory, {
    ...manifest,
    segments: {
      by: ["source"],
      modality: null,
      count: segments.length,
      file: "segments.json",
      sha256: sha256(text),
      bytes: Buffer.byteLength(text),
    },
  });
}

/** Give every row of a fixture of one partition a part: 0 training, 1 validation, 2 test. */
export async function splitFixture(
  fixture: DatasetFixture,
  partOfRow: string,
  split: { readonly train: number; readonly validation: number; readonly test: number },
): Promise<DatasetFixture> {
  const { directory, manifest } = await replacePartition(
    fixture,
    `SELECT *, (${partOfRow})::INTEGER AS "${splitColumn}" FROM flows`,
  );
  const pipeline = {
    schema: "flamenco-pipeline/1" as const,
    steps: [{ step: "split" as const, preset: "atlas" as const }],
  };
  return writeManifest(directory, { ...manifest, preparation: { pipeline, seed: 1, split, syntheticRows: 0 } });
}

async function writeManifest(directory: string, manifest: DatasetManifest): Promise<DatasetFixture> {
  await writeFile(join(directory, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { directory, version: sha256(canonicalJson(manifest)), manifest };
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

const sqlTypes = { number: "DOUBLE", integer: "BIGINT", boolean: "BOOLEAN", category: "VARCHAR" } as const;

async function writeParquet(
  path: string,
  fields: readonly Field[],
  rows: readonly FixtureRow[],
  truth: readonly (string | null)[] | undefined,
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const columns = fields.map(({ name, type }) => `"${name}" ${sqlTypes[type]}`);
  if (truth !== undefined) columns.push(`"${truthColumn}" VARCHAR`);
  await connection.run(`CREATE TABLE flows (${columns.join(", ")})`);
  const appender = await connection.createAppender("flows");
  for (const [index, row] of rows.entries()) {
    for (const { name, type } of fields) {
      const value = row[name] ?? null;
      if (value === null) appender.appendNull();
      else if (type === "category") appender.appendVarchar(String(value));
      else if (type === "boolean") appender.appendBoolean(value === true);
      else if (type === "integer") appender.appendBigInt(BigInt(value));
      else appender.appendDouble(value as number);
    }
    if (truth !== undefined) {
      const label = truth[index] ?? null;
      if (label === null) appender.appendNull();
      else appender.appendVarchar(label);
    }
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(`COPY flows TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** Statistics as the manifest defines them: sd with n-1, percentiles by linear interpolation. */
function describeColumn(values: readonly number[]): ColumnStatistics {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const mean = n === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / n;
  const squares = mean === null ? 0 : sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const percentile = (p: number): number | null => {
    if (n === 0) return null;
    const rank = (p / 100) * (n - 1);
    const low = sorted[Math.floor(rank)] as number;
    return low + ((sorted[Math.ceil(rank)] as number) - low) * (rank - Math.floor(rank));
  };
  return {
    count: n,
    mean,
    sd: n < 2 ? null : Math.sqrt(squares / (n - 1)),
    p5: percentile(5),
    p10: percentile(10),
    p25: percentile(25),
    p50: percentile(50),
    p75: percentile(75),
    p90: percentile(90),
    p95: percentile(95),
  };
}

/** Numbers in [0, 1) that the seed decides (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Flows of two sorts, as an NTP reflection among ordinary traffic would look, with some missing values: enough signal for
 * label models to find, enough noise for them to err.
 */
export function makeFlows(count: number, seed = 1): { rows: FixtureRow[]; truth: ("benign" | "attack")[] } {
  const random = seededNumbers(seed);
  const truth: ("benign" | "attack")[] = [];
  const rows = Array.from({ length: count }, (): FixtureRow => {
    const attack = random() < 0.4;
    truth.push(attack ? "attack" : "benign");
    const noisy = random() < 0.1 ? !attack : attack;
    const packets = 1 + Math.floor(random() * (noisy ? 4 : 60));
    const averagePacketSize = noisy ? 300 + 200 * random() : 40 + 400 * random();
    const flowIatMean = random() * (noisy ? 0.01 : 2);
    return {
      srcAddr: `10.0.${Math.floor(random() * 4)}.${Math.floor(random() * 250)}`,
      srcPort: noisy ? 123 + Math.floor(random() * 3) : 1024 + Math.floor(random() * 64000),
      dstPort: Math.floor(random() * 65536),
      protocol: noisy || random() < 0.3 ? 17 : 6,
      packets,
      bytes: Math.round(packets * averagePacketSize),
      bytesPerPacket: random() < 0.02 ? null : averagePacketSize,
      averagePacketSize,
      flowIatMin: random() < 0.02 ? null : flowIatMean * random(),
      flowIatMean,
    };
  });
  return { rows, truth };
}
