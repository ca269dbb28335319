import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import type { ImportRequest, ImportResult } from "@flamenco/server/import";
import { importFiles, repository } from "../import-fixture.js";

/** Real files beside the repository, where the machine has them; otherwise a reason to skip. */
export const sharedData = join(repository, "../shared/data");
export const withoutShared = existsSync(sharedData) ? false : "no files beside the repository";

/** Cells of a file, split at every delimiter: no quotes, no judgment. The independent reading that imports are held to. */
export function splitFile(path: string, delimiter: string): { header: string[]; rows: string[][] } {
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8");
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const [header = [], ...rows] = lines.filter((line) => line !== "").map((line) => line.split(delimiter));
  return { header, rows };
}

/** Import one text under a name of its own, as the file would be called. */
export async function importNamed(
  folder: string,
  name: string,
  text: string,
  options: Partial<ImportRequest> = {},
): Promise<ImportResult> {
  const path = join(folder, name);
  await writeFile(path, text);
  return importFiles(join(folder, "datasets"), [path], options);
}

/** What SQL over one text cell `cell` says of each of some cells. */
export async function evaluateOn(cells: readonly string[], ...expressions: string[]): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const values = cells.map((cell, index) => `(${index}, '${cell.replaceAll("'", "''")}')`).join(", ");
    const reader = await connection.runAndReadAll(
      `SELECT ${expressions.join(", ")} FROM (VALUES ${values}) AS given(place, cell) ORDER BY place`,
    );
    return reader.getRowsJS() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Rows read, kept and dropped by reason. */
export function accountOf({ manifest }: ImportResult): Record<string, number> {
  const { read, kept, dropped } = manifest.account;
  return { read, kept, ...Object.fromEntries(dropped.map(({ reason, rows }) => [reason, rows])) };
}

/** SQL of a column, also where no row has the field and it is no column. */
export function columnOrNull({ manifest }: ImportResult, column: string): string {
  return manifest.columns.includes(column) ? column : "NULL";
}
