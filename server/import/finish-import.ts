import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { sha256 } from "@flamenco/policies/trust";
import {
  type DatasetManifest,
  type DatasetSegments,
  type Field,
  type ImportAccount,
  segmentColumn,
  splitColumn,
  syntheticColumn,
} from "@flamenco/policies/wire";
import { partitionFile, type Staging } from "../datasets/index.js";
import { type AccountBook, placeOf } from "./account.js";
import { describeMapping } from "./dialects/index.js";
import type { FilePlan } from "./file-plan.js";
import type { ImportDatabase } from "./import-database.js";
import type { ImportRequest, ImportResult } from "./import-request.js";
import { type LabelMap, sameLabels, truthSql } from "./label-map.js";
import { noteMissingValues } from "./missing-values.js";
import { writePartitions } from "./partitions.js";
import { type PreparedRows, prepareRows } from "./preparation.js";
import type { RowSchema } from "./row-schema.js";
import { describeSegments } from "./segment-statistics.js";
import { assignSegments, type Segmentation, type SegmentName, segmentationOf } from "./segmentation.js";
import { sqlName } from "./sql.js";
import { computeStatistics } from "./statistics.js";

interface ReadRows {
  readonly staging: Staging;
  readonly database: ImportDatabase;
  readonly book: AccountBook;
  readonly plan: FilePlan;
  readonly schema: RowSchema;
  /** The view `rows` reads staged files one after the other, and joins nothing. */
  readonly isScan: boolean;
  readonly resumedFiles: number;
}

/**
 * From rows that are read to a version: account, preparation, segments, Parquet, statistics, manifest.
 * @throws FLM_IMPORT_EMPTY, FLM_TOO_LARGE, what a pipeline throws, and the signal's reason
 */
export async function finishImport(request: ImportRequest, given: ReadRows): Promise<ImportResult> {
  const { staging, database, book, plan, schema, isScan, resumedFiles } = given;
  await countKept(database, book, request.files.length);
  const { fields: read, complete } = await noteMissingValues(database, book, plan.dialect, schema.fields);
  const account = book.close();
  if (account.kept === 0) throw emptyImport(account);
  request.signal.throwIfAborted();

  const { kind } = plan.dialect;
  const timeField = complete.has(plan.dialect.time.field) ? plan.dialect.time.field : null;
  const prepared =
    request.preparation === undefined
      ? null
      : await prepareRows(
          database,
          request.preparation,
          { kind, fields: read, count: account.kept, order: orderOf(timeField) },
          staging.scratch,
        );
  const fields = prepared?.fields ?? read;
  const segments = prepared?.segments ?? (await assignDefaultSegments(database, kind, fields, request.signal));
  request.signal.throwIfAborted();

  const labels = request.labels ?? (prepared?.labels == null ? null : sameLabels(prepared.labels));
  const truth = labels === null ? null : truthSql(labels, "label");
  const rows = account.kept + (prepared?.preparation.syntheticRows ?? 0);
  const partitionRows = await writePartitions(database, staging.directory, {
    fields,
    timeField,
    truth,
    isScan: isScan && prepared === null && segments === null,
    reserved: reservedColumns(prepared, segments !== null),
    rows,
    onWritten: (done) => request.onProgress({ stage: "write", done, total: rows }),
  });
  const labelCounts = truth === null ? [] : await countLabels(database, truth);
  const unseenValues = await unseenValuesOf(database, labels);
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
  const listed =
    segments === null
      ? null
      : await writeSegments(staging, segments, await describeSegments(database, files, fields, segments.names));
  request.signal.throwIfAborted();

  const manifest: DatasetManifest = {
    schema: "flamenco-dataset/1",
    name: request.name,
    kind,
    dialect: plan.dialect.name,
    importedAt: request.now().toISOString(),
    rows,
    columns: fields.map(({ name }) => name),
    partitions: await staging.describePartitions(partitionRows),
    time,
    truth: labels === null ? null : { labels: [...labels.labels], labeledRows: labeledRows(labelCounts) },
    statistics,
    ...(listed === null ? {} : { segments: listed }),
    ...(prepared === null ? {} : { preparation: prepared.preparation }),
    account,
    software: request.software,
  };
  const published = request.dryRun ? null : await staging.publish(manifest);
  return {
    manifest,
    published,
    labelCounts,
    resumedFiles,
    mapping: describeMapping(plan.dialect, plan.header),
    unseenValues,
  };
}

const orderOf = (timeField: string | null) => (timeField === null ? "place" : `${sqlName(timeField)}, place`);

interface Segments {
  readonly segmentation: Segmentation;
  readonly names: readonly SegmentName[];
}

async function assignDefaultSegments(
  database: ImportDatabase,
  kind: string,
  fields: readonly Field[],
  signal: AbortSignal,
): Promise<Segments | null> {
  const segmentation = segmentationOf(kind, fields);
  return segmentation === null ? null : { segmentation, names: await assignSegments(database, segmentation, signal) };
}

function reservedColumns(prepared: PreparedRows | null, segmented: boolean): string[] {
  return [
    ...(segmented ? [segmentColumn] : []),
    ...(prepared?.preparation.split === undefined ? [] : [splitColumn]),
    ...((prepared?.preparation.syntheticRows ?? 0) === 0 ? [] : [syntheticColumn]),
  ];
}

/** Write `segments.json` into the staged version. @returns how the manifest lists it */
async function writeSegments(
  { directory }: Staging,
  { segmentation, names }: Segments,
  document: DatasetSegments,
): Promise<NonNullable<DatasetManifest["segments"]>> {
  const text = JSON.stringify(document);
  await writeFile(join(directory, "segments.json"), text, { flag: "wx", mode: 0o600 });
  return {
    by: [...segmentation.by],
    modality: segmentation.modality,
    count: names.length,
    file: "segments.json",
    sha256: sha256(text),
    bytes: Buffer.byteLength(text),
  };
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
