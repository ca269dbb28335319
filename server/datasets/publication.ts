import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { digestOf, sodiumReady } from "@flamenco/policies/trust";
import { DatasetManifest, parseDocument } from "@flamenco/policies/wire";
import { isLivingCandidate, lockDataset } from "./dataset-lock.js";
import { datasetFolder, layout } from "./dataset-paths.js";
import { type DatasetVersion, openVersion } from "./dataset-store.js";
import { digestFile, guardDiskFull, renameDurably, syncPath, writeDurably } from "./durable-files.js";

/** What an import may do while it holds the dataset's lock. */
export interface Staging {
  /** Empty folder on the dataset's own file system: partitions are written here, and become the version's folder. */
  readonly directory: string;
  /** Folder for everything that is thrown away; empty, but for the work of a dead import that is gone on with. */
  readonly scratch: string;
  /** SHA-256 and size of the partitions that were written, in order, by the names of `partitionFile`. */
  describePartitions(rows: readonly number[]): Promise<DatasetManifest["partitions"]>;
  /** Make the staged partitions and this manifest the dataset's current version. */
  publish(manifest: DatasetManifest): Promise<DatasetVersion>;
}

/** Name of the `index`-th partition of a version. */
export const partitionFile = layout.partition;

export interface StagingOptions {
  /** Whether the scratch folder that a dead import left holds work to go on with. */
  readonly resumes?: (scratch: string) => Promise<boolean>;
  /** Whether what is staged stays for the next import when this one fails. */
  readonly keeps?: (cause: unknown) => boolean;
}

/**
 * Run one import into a dataset: takes its lock, sweeps what crashed imports left, gives `work` a staging folder, and
 * removes it whatever happens. A version appears in three steps, each atomic: the complete folder under its digest, then
 * `current` by rename; killed at any moment, `current` names a whole version, the old one or the new one.
 * @throws FLM_DATASET_NAME, FLM_DATASET_BUSY, FLM_DISK_FULL, and whatever `work` throws.
 */
export async function withStaging<T>(
  root: string,
  name: string,
  work: (staging: Staging) => Promise<T>,
  { resumes, keeps }: StagingOptions = {},
): Promise<T> {
  const folder = datasetFolder(root, name);
  return guardDiskFull(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await lockDataset(folder, name);
    try {
      const left = resumes === undefined ? null : await findLeft(folder, resumes);
      await sweep(folder, left);
      const base = left ?? (await mkdtemp(join(folder, layout.staging)));
      let kept = false;
      try {
        const staging = await makeStaging(root, name, base, lock.assertHeld);
        return await work(staging);
      } catch (cause) {
        kept = keeps?.(cause) ?? false;
        throw cause;
      } finally {
        if (!kept) await rm(base, { recursive: true, force: true });
      }
    } finally {
      await lock.release();
      // A first import that failed leaves no empty dataset behind; a folder with anything in it stays.
      await rmdir(folder).catch(() => undefined);
    }
  });
}

async function makeStaging(
  root: string,
  name: string,
  base: string,
  assertHeld: () => Promise<void>,
): Promise<Staging> {
  const directory = join(base, "version");
  const scratch = join(base, "scratch");
  // Of an import that died only the scratch folder is gone on with.
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { mode: 0o700 });
  await mkdir(scratch, { mode: 0o700, recursive: true });
  return {
    directory,
    scratch,
    describePartitions: (rows) =>
      Promise.all(
        rows.map(async (count, index) => ({
          file: layout.partition(index),
          rows: count,
          ...(await digestFile(join(directory, layout.partition(index)))),
        })),
      ),
    publish: (manifest) => publishVersion(root, name, directory, manifest, assertHeld),
  };
}

async function publishVersion(
  root: string,
  name: string,
  directory: string,
  input: DatasetManifest,
  assertHeld: () => Promise<void>,
): Promise<DatasetVersion> {
  await sodiumReady;
  const manifest = parseDocument(DatasetManifest, input, "dataset manifest");
  if (manifest.name !== name) throw new FlamencoError("FLM_INTERNAL", "The manifest names another dataset.");
  const version = digestOf(manifest);
  const folder = datasetFolder(root, name);
  const files = [...manifest.partitions, ...(manifest.segments === undefined ? [] : [manifest.segments])];
  for (const { file } of files) await syncPath(join(directory, file));
  await writeDurably(join(directory, layout.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
  await syncPath(directory);
  await assertHeld();
  if ((await stat(join(folder, version)).catch(() => null)) === null)
    await renameDurably(directory, join(folder, version));
  const pointer = join(folder, `${layout.staging}current-${randomBytes(8).toString("hex")}`);
  await writeDurably(pointer, `${version}\n`);
  await renameDurably(pointer, join(folder, layout.current));
  await syncPath(root);
  return openVersion(root, name, version);
}

/** The staging folder of a dead import that holds work to go on with, or null. Only called with the lock held. */
async function findLeft(folder: string, resumes: (scratch: string) => Promise<boolean>): Promise<string | null> {
  for (const entry of await readdir(folder)) {
    const base = join(folder, entry);
    if (entry.startsWith(layout.staging) && (await resumes(join(base, "scratch")))) return base;
  }
  return null;
}

/** Remove what imports that were killed left behind. Only called with the lock held, so no living import owns any of it. */
async function sweep(folder: string, left: string | null): Promise<void> {
  for (const entry of await readdir(folder)) {
    // A living candidate belongs to an import that is being told that the dataset is busy.
    if (entry.startsWith(layout.staging) && !isLivingCandidate(entry) && join(folder, entry) !== left) {
      await rm(join(folder, entry), { recursive: true, force: true });
    }
  }
}
