import { counted } from "@flamenco/policies/errors";
import { type DatasetManifest, kindOf, statisticNames } from "@flamenco/policies/wire";
import type { DatasetVersion } from "../../datasets/index.js";
import { drawTable, formatCount, formatNumber, toLine } from "../../support/index.js";
import { type DropReason, dropReasons } from "../account.js";
import type { ImportResult } from "../import-request.js";

/** What an import did, for the operator. */
export function renderImport(result: ImportResult): string {
  const { manifest, published, labelCounts, unseenValues } = result;
  const version = published === null ? "dry run: nothing was published" : `version ${published.version.slice(0, 12)}`;
  const labels = labelCounts.map(({ label, rows }) => [label ?? "(no ground truth)", formatCount(rows)]);
  return joinBlocks([
    `Dataset ${manifest.name}, ${manifest.kind}, ${version}`,
    result.resumedFiles === 0
      ? ""
      : `Gone on with an import of the same files that had ended early: ${formatCount(result.resumedFiles)} of them were not read again.`,
    published === null ? renderMapping(result) : "",
    renderAccount(manifest),
    renderPreparation(manifest),
    labels.length === 0 ? "" : drawTable(["label", "rows"], labels, [1]),
    unseenValues.length === 0
      ? ""
      : toLine(`No row has the label value ${unseenValues.join(", ")}: check the spelling in --labels.`),
  ]);
}

/** What becomes of each column of the file: for a dry run. */
function renderMapping({ manifest, mapping }: ImportResult): string {
  const rows = mapping.map(({ column, field, unit, remark }) => [column ?? "(made)", field ?? "-", unit, remark]);
  return `Dialect ${manifest.dialect}\n${drawTable(["column", "field", "unit", "remark"], rows, [])}`;
}

/** Segments, and what a pipeline did. */
function renderPreparation({ segments, preparation }: DatasetManifest): string {
  const parts = preparation?.split;
  return [
    ...(segments === undefined
      ? []
      : [
          `Segments  ${formatCount(segments.count)}, by ${[...segments.by, ...(segments.modality === null ? [] : [`modes of ${segments.modality}`])].join(", ")}: LFs compare each row with the statistics of its own`,
        ]),
    ...(preparation === undefined
      ? []
      : [
          `Pipeline  ${preparation.pipeline.steps.map(({ step }) => step).join(", ")}; seed ${preparation.seed}`,
          ...(preparation.syntheticRows === 0 ? [] : [`  made up  ${formatCount(preparation.syntheticRows)} rows`]),
          ...(parts === undefined
            ? []
            : [
                `  split    ${formatCount(parts.train)} training, ${formatCount(parts.validation)} validation, ${formatCount(parts.test)} test rows`,
              ]),
        ]),
  ].join("\n");
}

/** Everything that is known of a dataset but its rows. */
export function renderDataset({ manifest, version }: DatasetVersion, versions: readonly DatasetVersion[]): string {
  const { truth, time } = manifest;
  return joinBlocks([
    [
      `Dataset ${manifest.name}`,
      `  version   ${version}`,
      `  imported  ${manifest.importedAt} by ${manifest.software}, dialect ${manifest.dialect}`,
      `  kind      ${manifest.kind}`,
      `  rows      ${formatCount(manifest.rows)}`,
      `  time      ${time.minMs === null || time.maxMs === null ? "not known" : `${toInstant(time.minMs)} to ${toInstant(time.maxMs)}`}`,
      `  truth     ${truth === null ? "none" : `${truth.labels.join(", ")} (${counted(truth.labeledRows, "row", formatCount(truth.labeledRows))})`}`,
      `  versions  ${versions.map((one) => one.version.slice(0, 12) + (one.version === version ? " (current)" : "")).join(", ")}`,
    ].join("\n"),
    renderAccount(manifest),
    renderPreparation(manifest),
    renderColumns(manifest),
    renderStatistics(manifest),
  ]);
}

/** What `--json` lists of a version. */
export function summaryOf({ name, version, manifest }: DatasetVersion): object {
  const { kind, rows, importedAt, truth } = manifest;
  return { name, version, kind, rows, importedAt, truth };
}

/** Versions of one dataset, oldest first. */
export function renderVersions(versions: readonly DatasetVersion[], current: string): string {
  const rows = versions.map(({ version, manifest }) => [
    version.slice(0, 12),
    manifest.importedAt,
    formatCount(manifest.rows),
    manifest.dialect,
    manifest.truth === null ? "-" : manifest.truth.labels.join(", "),
    version === current ? "current" : "",
  ]);
  return `${drawTable(["version", "imported", "rows", "dialect", "truth", ""], rows, [2])}\n`;
}

export function renderDatasets(datasets: readonly DatasetVersion[]): string {
  if (datasets.length === 0) return "There is no dataset yet. Import one with: flamenco dataset add NAME FILES...\n";
  const rows = datasets.map(({ name, version, manifest }) => [
    name,
    manifest.kind,
    formatCount(manifest.rows),
    manifest.truth === null ? "-" : manifest.truth.labels.join(", "),
    manifest.importedAt,
    version.slice(0, 12),
  ]);
  return joinBlocks([drawTable(["name", "kind", "rows", "truth", "imported", "version"], rows, [2])]);
}

function renderAccount({ account }: DatasetManifest): string {
  const dropped = account.dropped.flatMap(({ reason, rows, first }) => [
    `  dropped  ${formatCount(rows)}  ${reason}: ${dropReasons[reason as DropReason] ?? "another version's reason"}`,
    `           first at ${first.join(", ")}`,
  ]);
  const files = account.files.map(({ name, bytes, read, kept, sha256 }) => [
    name,
    formatCount(bytes),
    formatCount(read),
    formatCount(kept),
    sha256.slice(0, 12),
  ]);
  return [
    "Account",
    `  read     ${counted(account.read, "row", formatCount(account.read))}`,
    `  kept     ${counted(account.kept, "row", formatCount(account.kept))}`,
    ...dropped.map(toLine),
    ...account.notes.map((note) => toLine(`  note     ${note}`)),
    "",
    drawTable(["file", "bytes", "read", "kept", "sha-256"], files, [1, 2, 3]),
  ].join("\n");
}

function renderColumns({ kind, columns }: DatasetManifest): string {
  const present = new Set(columns);
  const fields = kindOf(kind).fields;
  const rows = fields
    .filter(({ name }) => present.has(name))
    .map(({ name, type, unit, access, meaning }) => [name, type, unit, access, meaning]);
  const absent = fields.filter(({ name }) => !present.has(name)).map(({ name }) => name);
  return joinBlocks([
    drawTable(["column", "type", "unit", "access", "meaning"], rows, []),
    absent.length === 0 ? "" : `Columns of ${kind} that this dataset lacks: ${absent.join(", ")}`,
  ]).trimEnd();
}

function renderStatistics({ columns, statistics }: DatasetManifest): string {
  const rows = columns.flatMap((column) => {
    const of = statistics[column];
    return of === undefined ? [] : [[column, ...statisticNames.map((name) => formatNumber(of[name]))]];
  });
  return drawTable(
    ["statistics", ...statisticNames],
    rows,
    statisticNames.map((_, index) => index + 1),
  );
}

const toInstant = (ms: number) => new Date(ms).toISOString();

const joinBlocks = (blocks: readonly string[]) => `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
