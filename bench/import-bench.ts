import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { writeImportFile } from "./import-file.js";
import { round } from "./timing.js";

const run = promisify(execFile);
const importOnce = fileURLToPath(new URL("import-once.js", import.meta.url));
const DEFAULT_GIGABYTES = 0.2;

interface Timing {
  readonly seconds: number;
  readonly processorSeconds: number;
}

/**
 * Import of a CICFlowMeter file, its rows in time order and not, beside DuckDB's own reader on the same file: a bare scan of all
 * columns, and read_csv to Parquet (zstd), both with types that DuckDB detects. `FLAMENCO_BENCH_GB` is the size of the file.
 */
export async function benchImport(): Promise<object> {
  const bytes = Number(process.env.FLAMENCO_BENCH_GB ?? DEFAULT_GIGABYTES) * 1e9;
  const folder = mkdtempSync(join(tmpdir(), "flamenco-import-bench-"));
  try {
    const results: Record<string, object> = {};
    for (const order of ["by-time", "shuffled"] as const) {
      const file = join(folder, `${order}.csv`);
      writeImportFile(file, bytes, order);
      const megabytes = statSync(file).size / 1e6;
      const scan = await scanWithDuckdb(file);
      const copy = await copyWithDuckdb(file, join(folder, "copy.parquet"));
      const { stdout } = await run(process.execPath, [importOnce, folder, file]);
      const imported = JSON.parse(stdout) as Timing & { rows: number; peakMegabytes: number };
      const rate = ({ seconds }: Timing) => round(megabytes / seconds);
      results[order] = {
        megabytes: round(megabytes),
        rows: imported.rows,
        importMegabytesPerSecond: rate(imported),
        duckdbScanMegabytesPerSecond: rate(scan),
        duckdbCopyMegabytesPerSecond: rate(copy),
        processorSeconds: {
          import: round(imported.processorSeconds),
          duckdbScan: round(scan.processorSeconds),
          duckdbCopy: round(copy.processorSeconds),
        },
        importOverDuckdbCopy: round(copy.seconds / imported.seconds),
        importOverDuckdbScan: round(scan.seconds / imported.seconds),
        peakMegabytes: round(imported.peakMegabytes),
      };
      rmSync(file);
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function scanWithDuckdb(file: string): Promise<Timing> {
  return timeStatement(`SELECT count(COLUMNS(*)) FROM read_csv('${file}')`);
}

async function copyWithDuckdb(file: string, to: string): Promise<Timing> {
  return timeStatement(`COPY (FROM read_csv('${file}')) TO '${to}' (FORMAT parquet, COMPRESSION zstd)`);
}

async function timeStatement(sql: string): Promise<Timing> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const [started, used] = [performance.now(), process.cpuUsage()];
  await connection.run(sql);
  const { user, system } = process.cpuUsage(used);
  const seconds = (performance.now() - started) / 1000;
  connection.closeSync();
  instance.closeSync();
  return { seconds, processorSeconds: (user + system) / 1e6 };
}
