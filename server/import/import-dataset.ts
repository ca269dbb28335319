import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import type { DatasetManifest, ImportAccount } from "@flamenco/policies/wire";
import { sizeOfInput } from "@flamenco/sandbox/records";
import { type DatasetVersion, datasetFolder, partitionFile, type Staging, withStaging } from "../datasets/index.js";
import { AccountBook, placeOf } from "./account.js";
import { describeMapping, dialectsNamed, type MappingRow } from "./dialects/index.js";
import { bookRejectedRows, dropDuplicates } from "./dropped-rows.js";
import type { FilePlan } from "./file-plan.js";
import { ImportDatabase } from "./import-database.js";
import { type LabelMap, truthSql } from "./label-map.js";
import { importLimits } from "./limits.js";
import { noteMissingValues } from "./missing-values.js";
import { writePartitions } from "./partitions.js";
import { RowReader } from "./row-reader.js";
import type { RowSchema } from "./row-schema.js";
import { computeStatistics } from "./statistics.js";

/** What an import is doing, for a progress line: `read` counts bytes, `write` rows, `statistics` columns. */
export interface ImportProgress {
  readonly stage: "read" | "write" | "statistics";
  readonly done: number;
  readonly total: number;
}

export interface ImportRequest {
  /** Folder that holds the node's datasets. */
  readonly root: string;
  readonly name: string;
  /** Paths of the input files, as the operator wrote them; the account names them so. */
  readonly files: readonly string[];
  /** `auto` or the name of a dialect. */
  readonly dialect: string;
  /** Ground truth; null for none. */
  readonly labels: LabelMap | null;
  /** Do everything but publish. */
  readonly dryRun: boolean;
  readonly now: () => Date;
  /** Name and version of the software, for the manifest. */
  readonly software: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

export interface ImportResult {
  readonly manifest: DatasetManifest;
  /** The version that was published, or null in a dry run. */
  readonly published: DatasetVersion | null;
  /** Rows of each label of ground truth, and without one; for the operator who ran the import and nobody else. */
  readonly labelCounts: readonly { readonly label: string | null; readonly rows: number }[];
  /** What became of the columns of the first file. */
  readonly mapping: readonly MappingRow[];
  /** Values of the label map that no kept row has. */
  readonly unseenValues: readonly string[];
}

/**
 * Import CSV files as the new current version of a dataset. All or nothing: on any error, or when the process dies, the
 * dataset is as it was.
 * @throws FLM_DATASET_NAME, FLM_DATASET_BUSY, FLM_USAGE, FLM_FILE_UNREADABLE, FLM_IMPORT_DIALECT, FLM_IMPORT_HEADER,
 * FLM_IMPORT_EMPTY, FLM_DISK_FULL, and the signal's reason.
 */
export async function importDataset(request: ImportRequest): Promise<ImportResult> {
  datasetFolder(request.root, request.name);
  const candidates = dialectsNamed(request.dialect);
  const sizes = await sizesOf(request.files);
  return withStaging(request.root, request.name, async (staging) => {
    const database = await ImportDatabase.open([staging.scratch, staging.directory]);
    try {
      const book = new AccountBook(request.files);
      const reader = new RowReader({ database, book, scratch: staging.scratch, candidates });
      const { plan, schema } = await readFiles(request, reader, book, sizes);
      await reader.createViews(schema);
      await bookRejectedRows(database, book);
      await dropDuplicates(database, book);
      return await finish(request, { staging, database, book, plan, schema });
    } finally {
      database.close();
    }
  });
}

async function sizesOf(files: readonly string[]): Promise<number[]> {
  if (files.length === 0) throw new FlamencoError("FLM_USAGE", "Name at least one file to import.");
  if (files.length > importLimits.files) {
    throw new FlamencoError("FLM_USAGE", `One import takes at most ${importLimits.files} files.`);
  }
  const sizes: number[] = [];
  for (const file of files) sizes.push(await sizeOfInput(file));
  return sizes;
}

async function readFiles(
  request: ImportRequest,
  reader: RowReader,
  book: AccountBook,
  sizes: readonly number[],
): Promise<{ plan: FilePlan; schema: RowSchema }> {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let before = 0;
  let first: { plan: FilePlan; schema: RowSchema } | undefined;
  for (const [index, path] of request.files.entries()) {
    const read = await reader.readFile(index, path, {
      onRead: (bytes) => request.onProgress({ stage: "read", done: Math.min(before + bytes, total), total }),
      signal: request.signal,
    });
    assertLabelColumn(request, read.plan, path);
    notePlan(book, index, read.plan);
    first ??= read;
    before += sizes[index] ?? 0;
  }
  return first as { plan: FilePlan; schema: RowSchema };
}

function assertLabelColumn(request: ImportRequest, plan: FilePlan, path: string): void {
  if (request.labels === null || plan.label !== null) return;
  throw new FlamencoError("FLM_IMPORT_HEADER", `--labels is given, but ${path} has no label column.`);
}

function notePlan(book: AccountBook, index: number, plan: FilePlan): void {
  const file = book.nameOfFile(index);
  for (const note of plan.dialect.notes) book.note(note);
  if (plan.unknown.length > 0)
    book.note(`${file}: columns that the dialect does not know, left out: ${plan.unknown.join(", ")}.`);
  if (plan.compared === null) {
    book.note(
      "The files name no flows and times: rows that look alike may be different flows, so duplicates are not looked for.",
    );
  }
}

interface ReadRows {
  readonly staging: Staging;
  readonly database: ImportDatabase;
  readonly book: AccountBook;
  readonly plan: FilePlan;
  readonly schema: RowSchema;
}

async function finish(request: ImportRequest, read: ReadRows): Promise<ImportResult> {
  const { staging, database, book, plan, schema } = read;
  await countKept(database, book, request.files.length);
  const { fields, complete } = await noteMissingValues(database, book, plan.dialect, schema.fields);
  const account = book.close();
  if (account.kept === 0) throw emptyImport(account);
  request.signal.throwIfAborted();

  const truth = request.labels === null ? null : truthSql(request.labels, "label");
  const partitionRows = await writePartitions(database, staging.directory, {
    fields,
    timeField: complete.has(plan.dialect.time.field) ? plan.dialect.time.field : null,
    truth,
    rows: account.kept,
    onWritten: (done) => request.onProgress({ stage: "write", done, total: account.kept }),
  });
  const labelCounts = truth === null ? [] : await countLabels(database, truth);
  const unseenValues = await unseenValuesOf(database, request.labels);
  const time = await timeRangeOf(
    database,
    plan.dialect.time.field,
    fields.some(({ name }) => name === plan.dialect.time.field),
  );
  request.signal.throwIfAborted();

  const files = partitionRows.map((_, index) => join(staging.directory, partitionFile(index)));
  const statistics = await computeStatistics(database, files, fields, (done) =>
    request.onProgress({ stage: "statistics", done, total: fields.length }),
  );
  request.signal.throwIfAborted();

  const manifest: DatasetManifest = {
    schema: "flamenco-dataset/1",
    name: request.name,
    kind: plan.dialect.kind,
    dialect: plan.dialect.name,
    importedAt: request.now().toISOString(),
    rows: account.kept,
    columns: fields.map(({ name }) => name),
    partitions: await staging.describePartitions(partitionRows),
    time,
    truth:
      request.labels === null ? null : { labels: [...request.labels.labels], labeledRows: labeledRows(labelCounts) },
    statistics,
    account,
    software: request.software,
  };
  const published = request.dryRun ? null : await staging.publish(manifest);
  return { manifest, published, labelCounts, mapping: describeMapping(plan.dialect, plan.header), unseenValues };
}

async function countKept(database: ImportDatabase, book: AccountBook, files: number): Promise<void> {
  for (let file = 0; file < files; file += 1) book.setKept(file, 0);
  const kept = await database.query(
    `SELECT (place // ${placeOf(1, 0)})::DOUBLE, count(*)::DOUBLE FROM rows GROUP BY ALL`,
  );
  for (const [file, rows] of kept) book.setKept(file as number, rows as number);
}

async function countLabels(database: ImportDatabase, truth: string): Promise<{ label: string | null; rows: number }[]> {
  const counts = await database.query(
    `SELECT ${truth} AS truth, count(*)::DOUBLE FROM rows GROUP BY truth ORDER BY truth`,
  );
  return counts.map(([label, rows]) => ({ label: label as string | null, rows: rows as number }));
}

const labeledRows = (counts: readonly { label: string | null; rows: number }[]) =>
  counts.reduce((sum, { label, rows }) => (label === null ? sum : sum + rows), 0);

async function unseenValuesOf(database: ImportDatabase, labels: LabelMap | null): Promise<string[]> {
  if (labels === null) return [];
  const seen = new Set((await database.query("SELECT DISTINCT label FROM rows")).map(([label]) => label));
  return [...labels.byValue.keys()].filter((value) => !seen.has(value));
}

async function timeRangeOf(
  database: ImportDatabase,
  field: string,
  present: boolean,
): Promise<DatasetManifest["time"]> {
  if (!present) return { minMs: null, maxMs: null };
  const [row] = await database.query(`SELECT min("${field}"), max("${field}") FROM rows`);
  return { minMs: row?.[0] as number, maxMs: row?.[1] as number };
}

function emptyImport(account: ImportAccount): FlamencoError {
  const details = account.dropped.map(({ reason, rows, first }) => ({
    at: first[0] ?? "",
    message: `${reason}: ${rows}`,
  }));
  const what =
    account.read === 0 ? "The files hold a header and no rows." : `None of the ${account.read} rows can be kept.`;
  return new FlamencoError("FLM_IMPORT_EMPTY", `${what} Nothing was changed.`, { details });
}
