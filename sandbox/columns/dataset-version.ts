import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { canonicalJson } from "@flamenco/policies/trust";
import { DatasetManifest, DatasetSegments, type DatasetStatistics, parseDocument } from "@flamenco/policies/wire";
import { sandboxLimits } from "../limits.js";

/** One immutable version of a dataset on disk, whose files are those that its manifest lists. */
export interface DatasetVersion {
  readonly directory: string;
  /** SHA-256 of the canonical manifest. */
  readonly version: string;
  readonly manifest: DatasetManifest;
  /** Absolute paths of the Parquet partitions, in row order. */
  readonly partitions: readonly string[];
}

/** A plain file name: a manifest must not point outside its own folder. */
const partitionName = /^[a-z0-9][a-z0-9-]{0,80}\.parquet$/;

const corrupt = (why: string): FlamencoError =>
  new FlamencoError("FLM_DATASET_CORRUPT", `The dataset version does not match its manifest: ${why}.`);

/**
 * Open a dataset version directory. In order: manifest's size, JSON, schema, digest (when the caller expects one), names
 * and sum of the partitions, and of each partition that it is a regular file of the stated size and SHA-256.
 * @param expectedVersion digest that the caller was told to open
 * @throws FLM_DATASET_CORRUPT
 */
export async function openDatasetVersion(directory: string, expectedVersion?: string): Promise<DatasetVersion> {
  const manifest = await readManifest(join(directory, "manifest.json"));
  const version = createHash("sha256").update(canonicalJson(manifest)).digest("hex");
  if (expectedVersion !== undefined && version !== expectedVersion) throw corrupt("its manifest was altered");
  const names = new Set(manifest.partitions.map(({ file }) => file));
  if (names.size !== manifest.partitions.length) throw corrupt("a partition is listed twice");
  const total = manifest.partitions.reduce((sum, { rows }) => sum + rows, 0);
  if (total !== manifest.rows) throw corrupt("the partitions' rows do not add up");
  if (manifest.rows > sandboxLimits.maxRows) {
    throw new FlamencoError("FLM_TOO_LARGE", `A dataset may have at most ${sandboxLimits.maxRows} rows.`);
  }
  const partitions: string[] = [];
  for (const { file, bytes, sha256 } of manifest.partitions) {
    if (!partitionName.test(file)) throw corrupt("a partition's name is not acceptable");
    const path = join(directory, file);
    await assertFile(path, file, bytes, sha256);
    partitions.push(path);
  }
  return { directory, version, manifest, partitions };
}

/**
 * Statistics of each segment of a version, in the order of their numbers; null when the whole is its one segment.
 * @throws FLM_DATASET_CORRUPT
 */
export async function readSegmentStatistics(version: DatasetVersion): Promise<readonly DatasetStatistics[] | null> {
  const listed = version.manifest.segments;
  if (listed === undefined) return null;
  const path = join(version.directory, listed.file);
  if (listed.bytes > sandboxLimits.maxSegmentBytes) throw corrupt("its segments are too large");
  await assertFile(path, listed.file, listed.bytes, listed.sha256);
  try {
    const { segments } = parseDocument(DatasetSegments, JSON.parse(await readFile(path, "utf8")), "segments");
    if (segments.length !== listed.count) throw corrupt("its segments are not as many as it says");
    return segments.map(({ statistics }) => statistics);
  } catch {
    // The cause is dropped on purpose: a parser's message quotes the file.
    throw corrupt("its segments do not match their schema");
  }
}

async function readManifest(path: string): Promise<DatasetManifest> {
  let value: unknown;
  try {
    if ((await lstat(path)).size > sandboxLimits.maxManifestBytes) throw corrupt("manifest.json is too large");
    value = JSON.parse(await readFile(path, "utf8"));
  } catch {
    // The cause is dropped on purpose: a parser's message quotes the file.
    throw corrupt("manifest.json is missing or not JSON");
  }
  try {
    return parseDocument(DatasetManifest, value, "dataset manifest");
  } catch {
    throw corrupt("manifest.json does not match its schema");
  }
}

async function assertFile(path: string, file: string, bytes: number, expected: string): Promise<void> {
  const hash = createHash("sha256");
  try {
    const found = await lstat(path);
    if (!found.isFile() || found.size !== bytes) throw corrupt(`${file} has another size`);
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  } catch (error) {
    if (error instanceof FlamencoError) throw error;
    throw corrupt(`${file} cannot be read`);
  }
  if (hash.digest("hex") !== expected) throw corrupt(`${file} was altered`);
}
