import { randomBytes } from "node:crypto";
import { rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { lockDataset } from "./dataset-lock.js";
import { datasetFolder, layout } from "./dataset-paths.js";
import { currentVersionOf, listVersionNames } from "./dataset-store.js";
import { syncPath } from "./durable-files.js";

export interface DropConsent {
  /** False: nothing is removed, the answer says what would be. */
  readonly confirmed: boolean;
}

/**
 * Remove a dataset with all its versions, damaged ones too. No version is current any more before the first is removed, so
 * that no run begins on half of it.
 * @returns digests of the versions
 * @throws FLM_DATASET_NAME, FLM_DATASET_UNKNOWN, FLM_DATASET_BUSY
 */
export async function dropDataset(root: string, name: string, { confirmed }: DropConsent): Promise<string[]> {
  const versions = await listVersionNames(root, name);
  if (!confirmed) return versions;
  const folder = datasetFolder(root, name);
  const lock = await lockDataset(folder, name);
  try {
    await rm(join(folder, layout.current), { force: true });
    await syncPath(folder);
    for (const version of versions) await removeVersion(folder, version);
  } finally {
    await lock.release();
    await rmdir(folder).catch(() => undefined);
  }
  return versions;
}

/**
 * Remove one version that is not the current one.
 * @param prefix beginning of its digest, enough to tell it from the others
 * @returns its digest, as a list of one
 * @throws FLM_DATASET_NAME, FLM_DATASET_UNKNOWN, FLM_DATASET_BUSY, FLM_USAGE for the current version, or a prefix of several
 */
export async function dropVersion(
  root: string,
  name: string,
  prefix: string,
  { confirmed }: DropConsent,
): Promise<string[]> {
  const versions = (await listVersionNames(root, name)).filter((version) => version.startsWith(prefix));
  const [version] = versions;
  if (version === undefined) {
    throw new FlamencoError("FLM_DATASET_UNKNOWN", `The dataset ${name} has no version that begins so.`);
  }
  if (versions.length > 1) {
    throw new FlamencoError("FLM_USAGE", `${versions.length} versions of ${name} begin so. Give more of the digest.`);
  }
  const folder = datasetFolder(root, name);
  const lock = await lockDataset(folder, name);
  try {
    // Asked under the lock: an import may have made it the current one a moment ago.
    if ((await currentVersionOf(root, name)) === version) {
      throw new FlamencoError(
        "FLM_USAGE",
        `${version.slice(0, 12)} is the current version of ${name}. Import another one first, or drop the whole dataset.`,
      );
    }
    if (confirmed) await removeVersion(folder, version);
  } finally {
    await lock.release();
  }
  return [version];
}

/** The folder loses its name in one step; what a crash leaves of it is swept by the next import. */
async function removeVersion(folder: string, version: string): Promise<void> {
  const doomed = join(folder, `${layout.staging}dropped-${randomBytes(8).toString("hex")}`);
  await rename(join(folder, version), doomed);
  await syncPath(folder);
  await rm(doomed, { recursive: true, force: true });
}
