import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { canonicalJson } from "@flamenco/policies/trust";
import { type DatasetManifest, statisticNames } from "@flamenco/policies/wire";

/** Columns of `flow/1` as SQL over `u(i, salt)`, uniform in [0, 1), and the truth beside them. */
const columns: Readonly<Record<string, string>> = {
  srcPort: "floor(u(i, 0) * 65536)::INTEGER",
  protocol: "CASE WHEN u(i, 1) < 0.5 THEN 17 ELSE 6 END",
  packets: "floor(1 / (1 - u(i, 2) * 0.999))::BIGINT",
  bytesPerPacket: "CASE WHEN u(i, 5) < 0.01 THEN NULL ELSE u(i, 3) * 1500 END",
  durationSeconds: "u(i, 4) * 120",
};
const truth = "CASE WHEN u(i, 0) < 0.4 THEN 'attack' WHEN u(i, 6) < 0.05 THEN NULL ELSE 'benign' END";

const percentiles = [5, 10, 25, 50, 75, 90, 95];

/** A dataset version on disk, as a job names it. */
export interface GeneratedDataset {
  readonly directory: string;
  readonly version: string;
}

/**
 * A dataset version of any number of generated rows, written by DuckDB: millions take seconds.
 * @param directory made when it is not there
 * @param partitionRows rows of a Parquet partition
 */
export async function writeGeneratedDataset(
  directory: string,
  rows: number,
  partitionRows = 5_000_000,
): Promise<GeneratedDataset> {
  await mkdir(directory, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", preserve_insertion_order: "true" });
  const connection = await instance.connect();
  await connection.run("CREATE MACRO u(i, salt) AS (hash(i * 7 + salt) >> 11) / 9007199254740992.0");
  const select = Object.entries({ ...columns, __truth: truth }).map(([name, sql]) => `${sql} AS ${name}`);
  const partitions: DatasetManifest["partitions"] = [];
  for (let first = 0; first < rows; first += partitionRows) {
    const end = Math.min(rows, first + partitionRows);
    const file = `part-${String(partitions.length).padStart(5, "0")}.parquet`;
    const path = join(directory, file);
    await connection.run(
      `COPY (SELECT ${select.join(", ")} FROM (SELECT range AS i FROM range(${first}, ${end}))) TO '${path}' (FORMAT parquet)`,
    );
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    partitions.push({ file, rows: end - first, sha256: hash.digest("hex"), bytes: (await stat(path)).size });
  }
  const from = `read_parquet([${partitions.map(({ file }) => `'${join(directory, file)}'`).join(", ")}])`;
  const statistics: DatasetManifest["statistics"] = {};
  for (const name of Object.keys(columns)) {
    const wanted = [`count(${name})`, `avg(${name})`, `stddev_samp(${name})`].concat(
      // What the thresholds are does not matter; exact quantiles of millions of rows need their memory.
      percentiles.map((p) => `approx_quantile(${name}, ${p / 100})`),
    );
    const reader = await connection.runAndReadAll(
      `SELECT ${wanted.map((sql) => `(${sql})::DOUBLE`).join(", ")} FROM ${from}`,
    );
    const values = reader.getRows()[0] as number[];
    statistics[name] = Object.fromEntries(
      statisticNames.map((statistic, index) => [statistic, values[index] ?? null]),
    ) as DatasetManifest["statistics"][string];
  }
  const labeled = await connection.runAndReadAll(`SELECT count(__truth)::DOUBLE FROM ${from}`);
  connection.closeSync();
  instance.closeSync();
  const manifest: DatasetManifest = {
    schema: "flamenco-dataset/1",
    name: "generated",
    kind: "flow/1",
    dialect: "generated",
    importedAt: "2024-01-01T00:00:00.000Z",
    rows,
    columns: ["srcPort", "protocol", "packets", "bytesPerPacket", "durationSeconds"],
    partitions,
    time: { minMs: null, maxMs: null },
    truth: { labels: ["attack", "benign"], labeledRows: Number(labeled.getRows()[0]?.[0]) },
    statistics,
    account: { read: rows, kept: rows, dropped: [], files: [], notes: [] },
    software: "bench",
  };
  await writeFile(join(directory, "manifest.json"), JSON.stringify(manifest));
  return { directory, version: createHash("sha256").update(canonicalJson(manifest)).digest("hex") };
}
