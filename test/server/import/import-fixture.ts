import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import type { DatasetVersion } from "@flamenco/server/datasets";
import { type ImportRequest, type ImportResult, importDataset, parseLabelMap } from "@flamenco/server/import";

/** Root of the repository, from the compiled test. */
export const repository = fileURLToPath(new URL("../../../../", import.meta.url));
/** The program that `flamenco dataset` hands its arguments to. */
export const nodeProgram = join(repository, "server/bin/flamenco-node.js");
export const northPath = join(repository, "examples/data/north.csv");
export const southPath = join(repository, "examples/data/south.csv");
/** Published CIC files beside the repository, where the machine has them. */
export const publishedFolder = join(repository, "../shared/data/1_cic");
export const hasPublishedFiles = existsSync(publishedFolder);

/** Header and rows of north.csv, and helpers to write one of its rows with other cells. */
export const north = (() => {
  const [header = "", ...rows] = readFileSync(northPath, "utf8").trimEnd().split("\n");
  const names = header.split(",").map((name) => name.trim());
  return { header, rows, names };
})();

/** Index of a column of north.csv by its trimmed name. */
export function cellOf(name: string): number {
  const index = north.names.indexOf(name);
  if (index === -1) throw new Error(`no column ${name}`);
  return index;
}

/** The `index`-th row of north.csv with some cells replaced. */
export function rowWith(index: number, cells: Readonly<Record<string, string>> = {}): string {
  const row = (north.rows[index] ?? "").split(",");
  for (const [name, value] of Object.entries(cells)) row[cellOf(name)] = value;
  return row.join(",");
}

/** The first rows of north.csv as they are. */
export const goodRows = (count: number): string[] => Array.from({ length: count }, (_, index) => rowWith(index));

/** A CSV text of these rows under north.csv's header. */
export function csvOf(rows: readonly string[]): string {
  return `${[north.header, ...rows].join("\n")}\n`;
}

/** Import files, or texts written to a file first. */
export async function importFiles(
  root: string,
  files: readonly string[],
  options: Partial<ImportRequest> = {},
): Promise<ImportResult> {
  return importDataset({
    root,
    name: "sample",
    files,
    dialect: "auto",
    labels: null,
    dryRun: false,
    now: () => new Date("2026-01-02T03:04:05.678Z"),
    software: "flamenco-test/0",
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });
}

/** Import one text or bytes as a file of its own. */
export async function importText(
  folder: string,
  content: string | Uint8Array,
  options: Partial<ImportRequest> = {},
): Promise<ImportResult> {
  const path = join(folder, "input.csv");
  await writeFile(path, content);
  return importFiles(join(folder, "datasets"), [path], options);
}

export const cicLabels = parseLabelMap("benign=BENIGN,attack=*");

/** `reason: rows` of an account. */
export function dropsOf({ manifest }: ImportResult): Record<string, number> {
  return Object.fromEntries(manifest.account.dropped.map(({ reason, rows }) => [reason, rows]));
}

/** Line numbers of the first offending places of a reason. */
export function linesOf({ manifest }: ImportResult, reason: string): number[] {
  const drop = manifest.account.dropped.find((candidate) => candidate.reason === reason);
  return (drop?.first ?? []).map((place) => Number(place.slice(place.lastIndexOf(":") + 1)));
}

/** Rows of a published version, read by DuckDB in partition order. */
export async function readRows(version: DatasetVersion, columns: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const files = version.manifest.partitions.map(({ file }) => `'${join(version.directory, file)}'`);
    const reader = await connection.runAndReadAll(`SELECT ${columns} FROM read_parquet([${files.join(", ")}])`);
    return reader.getRowsJS() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The version that an import published. */
export function publishedBy({ published }: ImportResult): DatasetVersion {
  if (published === null) throw new Error("nothing was published");
  return published;
}

/** `flamenco-node dataset …` in a process of its own. */
export function runDataset(dataDir: string, ...words: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [nodeProgram, "dataset", ...words, "--data-dir", dataDir],
    { encoding: "utf8" },
  );
  return { code: status, out: stdout, err: stderr };
}
