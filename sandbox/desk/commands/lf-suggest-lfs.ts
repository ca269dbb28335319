import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { columnStatistics, interpretLf, type LfRow, type VerifiedLf, verifyFile } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import {
  type DatasetStatistics,
  type Field,
  fieldOf,
  type Kind,
  kindOf,
  type LocalKind,
  localKindName,
  openLocalKind,
  PackageDescription,
  parseDocument,
} from "@flamenco/policies/wire";
import { deskLimits } from "../limits.js";
import type { TextTable } from "../table-file.js";
import { toLine } from "../text-table.js";

/** Votes of LFs on every row of a table: `votes[lf][row]`, index of a label of the search or -1. */
export interface FolderVotes {
  readonly names: readonly string[];
  readonly votes: readonly Int8Array[];
}

/**
 * Votes of a package folder's LFs on a table. They are verified first and then interpreted; nothing of theirs is run.
 * @throws FLM_LF_REFUSED, FLM_FIELD_MISSING, FLM_SCHEMA for labels or cells that do not fit, FLM_FILE_UNREADABLE, FLM_TOO_LARGE
 */
export async function voteFromFolder(
  folder: string,
  table: TextTable,
  labels: readonly string[],
): Promise<FolderVotes> {
  const description = parseDocument(
    PackageDescription,
    await readJson(join(folder, "flamenco.json")),
    `flamenco.json of ${toLine(folder)}`,
  );
  const own = description.kind === localKindName ? openLocalKind(await readJson(join(folder, "kind.json"))) : undefined;
  const kind = own?.kind ?? kindOf(description.kind);
  const places = description.task.labels.map((label) => labels.indexOf(label));
  if (places.includes(-1)) {
    throw new FlamencoError(
      "FLM_SCHEMA",
      `${toLine(folder)} votes for ${description.task.labels.join(", ")}, the table is labeled ${labels.join(", ")}.`,
    );
  }
  const lfs = await verifyFolder(folder, kind, description.task.labels);
  const { rowAt, statistics } = readFields(lfs, kind, own?.local, table);
  const votes = lfs.map(() => new Int8Array(table.rows).fill(-1));
  for (let row = 0; row < table.rows; row++) {
    const values = rowAt(row);
    for (const [lf, verified] of lfs.entries()) {
      const vote = interpretLf(verified, values, statistics);
      if (vote >= 0) votes[lf]![row] = places[vote]!;
    }
  }
  return { names: lfs.map(({ name }) => name), votes };
}

async function verifyFolder(folder: string, kind: Kind, labels: readonly string[]): Promise<VerifiedLf[]> {
  const names = (await listFolder(folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")).sort();
  if (names.length > deskLimits.sourceFiles) {
    throw new FlamencoError("FLM_TOO_LARGE", `${toLine(folder)} holds more than ${deskLimits.sourceFiles} sources.`);
  }
  const lfs: VerifiedLf[] = [];
  for (const path of names) {
    const text = await readSmallText(join(folder, path));
    const { lfs: found, refusals } = verifyFile(text, { kind, labels, path });
    if (refusals.length > 0) {
      const details = refusals.map(({ line, column, message }) => ({ at: `${path}:${line}:${column}`, message }));
      throw new FlamencoError("FLM_LF_REFUSED", "Refused; `flamenco lf check` shows where.", { details });
    }
    lfs.push(...found);
  }
  if (lfs.length === 0) throw new FlamencoError("FLM_LF_EMPTY", `${toLine(folder)} holds no labeling function.`);
  return lfs;
}

/** Columns that the LFs read, as rows of the kind, with statistics over the whole table. */
function readFields(lfs: readonly VerifiedLf[], kind: Kind, local: LocalKind | undefined, table: TextTable) {
  const names = new Set(
    lfs.flatMap(({ certificate: { fields, statistics } }) => [
      ...fields,
      ...statistics.map((name) => name.split(".")[0]!),
    ]),
  );
  const columns = [...names].map((name): [string, readonly LfRow[string][]] => {
    const heading = local?.fields.find((field) => field.name === name)?.column ?? name;
    const cells = table.columns.get(heading);
    const field = fieldOf(kind, name);
    if (cells === undefined || field === undefined) {
      throw new FlamencoError(
        "FLM_FIELD_MISSING",
        `The table has no column ${toLine(heading)}, which the labeling functions of --lfs read.`,
      );
    }
    return [name, cells.map((cell, row) => readCell(cell.trim(), field, row))];
  });
  const statistics: DatasetStatistics = Object.fromEntries(
    columns.map(([name, values]) => [
      name,
      columnStatistics(Float64Array.from(values, (value) => (typeof value === "number" ? value : Number.NaN))),
    ]),
  );
  const rowAt = (row: number): LfRow =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row] ?? null]));
  return { rowAt, statistics };
}

const booleans: Readonly<Record<string, boolean>> = Object.freeze({ true: true, false: false, 1: true, 0: false });

function readCell(text: string, { name, type }: Field, row: number): LfRow[string] {
  if (text === "" || text === "null" || /^nan$/i.test(text)) return null;
  if (type === "category") return text;
  const value = type === "boolean" ? booleans[text.toLowerCase()] : Number(text);
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) {
    throw new FlamencoError("FLM_SCHEMA", `Row ${row + 1}: ${name} is no ${type}.`);
  }
  return value;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readSmallText(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} is not valid JSON.`);
  }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(folder)} is no folder that can be read.`, { cause });
  }
}

async function readSmallText(path: string): Promise<string> {
  try {
    const found = await lstat(path);
    if (!found.isFile()) throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} is not a plain file.`);
    if (found.size > deskLimits.sourceBytes) {
      throw new FlamencoError("FLM_TOO_LARGE", `${toLine(path)} has more than ${deskLimits.sourceBytes} bytes.`);
    }
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof FlamencoError) throw cause;
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} cannot be read.`, { cause });
  }
}
