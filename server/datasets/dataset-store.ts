import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { digestOf, sodiumReady } from "@flamenco/policies/trust";
import { DatasetManifest, Name, parseDocument } from "@flamenco/policies/wire";
import { Value } from "@sinclair/typebox/value";
import { datasetFolder, isVersion, layout, manifestBytes } from "./dataset-paths.js";

/** One version of a dataset, its manifest checked against its name. */
export interface DatasetVersion {
  readonly name: string;
  /** SHA-256 of the canonical manifest. */
  readonly version: string;
  /** Absolute when the store's root is: holds `manifest.json` and the Parquet partitions. */
  readonly directory: string;
  readonly manifest: DatasetManifest;
}

/**
 * Datasets in `root` that have a current version, by name. A folder that an import is only now making is not one.
 * @param onDamaged told of each dataset that does not match its manifest, which is then left out; without it, the first
 * one is thrown.
 * @throws FLM_DATASET_CORRUPT
 */
export async function listDatasets(
  root: string,
  onDamaged?: (name: string, error: FlamencoError) => void,
): Promise<DatasetVersion[]> {
  const found: DatasetVersion[] = [];
  for (const name of (await entriesOf(root)).filter((entry) => Value.Check(Name, entry)).sort()) {
    try {
      const version = await currentVersionOf(root, name);
      if (version !== null) found.push(await openVersion(root, name, version));
    } catch (cause) {
      if (onDamaged === undefined || !isFlamencoError(cause)) throw cause;
      onDamaged(name, cause);
    }
  }
  return found;
}

/**
 * The version that new runs use.
 * @throws FLM_DATASET_NAME, FLM_DATASET_UNKNOWN, FLM_DATASET_CORRUPT
 */
export async function openCurrentVersion(root: string, name: string): Promise<DatasetVersion> {
  const version = await currentVersionOf(root, name);
  if (version === null) throw unknown(name);
  return openVersion(root, name, version);
}

/**
 * One version by its digest; older versions stay for the runs that began on them.
 * @throws FLM_DATASET_NAME, FLM_DATASET_UNKNOWN, FLM_DATASET_CORRUPT
 */
export async function openVersion(root: string, name: string, version: string): Promise<DatasetVersion> {
  const folder = datasetFolder(root, name);
  if (!isVersion(version)) throw unknown(name);
  const directory = join(folder, version);
  const text = await readSmall(join(directory, layout.manifest), manifestBytes);
  if (text === null) throw unknown(name);
  const manifest = await checkManifest(text, name, version);
  const files = [...manifest.partitions, ...(manifest.segments === undefined ? [] : [manifest.segments])];
  for (const { file, bytes } of files) {
    const found = await stat(join(directory, file)).catch(() => null);
    if (found === null || !found.isFile() || found.size !== bytes) {
      throw corrupt(name, version, `its file ${file} is missing or has another size`);
    }
  }
  return { name, version, directory, manifest };
}

/**
 * Every complete version of a dataset, oldest import first.
 * @throws FLM_DATASET_NAME, FLM_DATASET_UNKNOWN, FLM_DATASET_CORRUPT
 */
export async function listVersions(root: string, name: string): Promise<DatasetVersion[]> {
  const digests = await listVersionNames(root, name);
  const versions = await Promise.all(digests.map((version) => openVersion(root, name, version)));
  return versions.sort(
    (a, b) => compareText(a.manifest.importedAt, b.manifest.importedAt) || compareText(a.version, b.version),
  );
}

/**
 * Digests of a dataset's versions, whole or damaged.
 * @throws FLM_DATASET_NAME, FLM_DATASET_UNKNOWN
 */
export async function listVersionNames(root: string, name: string): Promise<string[]> {
  const digests = (await entriesOf(datasetFolder(root, name))).filter(isVersion);
  if (digests.length === 0) throw unknown(name);
  return digests.sort(compareText);
}

/** Digest that `current` names, or null when the dataset has no version yet. */
export async function currentVersionOf(root: string, name: string): Promise<string | null> {
  const text = await readSmall(join(datasetFolder(root, name), layout.current), 128);
  if (text === null) return null;
  const version = text.trim();
  if (!isVersion(version)) throw corrupt(name, "", "its `current` file does not name a version");
  return version;
}

async function checkManifest(text: string, name: string, version: string): Promise<DatasetManifest> {
  await sodiumReady;
  let manifest: DatasetManifest;
  try {
    manifest = parseDocument(DatasetManifest, JSON.parse(text), "dataset manifest");
  } catch (cause) {
    throw corrupt(name, version, "its manifest is not well formed", cause);
  }
  if (digestOf(manifest) !== version) throw corrupt(name, version, "its manifest was altered");
  if (manifest.name !== name) throw corrupt(name, version, "its manifest belongs to another dataset");
  if (manifest.partitions.some(({ file }, index) => file !== layout.partition(index))) {
    throw corrupt(name, version, "its manifest names partitions that no import writes");
  }
  return manifest;
}

/** Text of a small file, or null when it is not there. */
async function readSmall(path: string, maxBytes: number): Promise<string | null> {
  try {
    const handle = await open(path, "r");
    try {
      const { size } = await handle.stat();
      if (size > maxBytes) throw new FlamencoError("FLM_TOO_LARGE", `${path} is larger than ${maxBytes} bytes.`);
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw cause;
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw cause;
  }
}

function isAbsent(cause: unknown): boolean {
  const code = (cause as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}

function unknown(name: string): FlamencoError {
  return new FlamencoError(
    "FLM_DATASET_UNKNOWN",
    `There is no dataset ${name} here. \`flamenco dataset list\` shows what there is.`,
  );
}

function corrupt(name: string, version: string, what: string, cause?: unknown): FlamencoError {
  const of = version === "" ? name : `${name} (version ${version.slice(0, 12)})`;
  return new FlamencoError("FLM_DATASET_CORRUPT", `The dataset ${of} is damaged: ${what}. Import it again.`, { cause });
}

/** Byte order, not the locale's: the same list on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
