import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { Digest, Name } from "@flamenco/policies/wire";
import { Value } from "@sinclair/typebox/value";

/** File names inside a dataset's folder. A version's folder is named by its digest, so none of these can be one. */
export const layout = Object.freeze({
  manifest: "manifest.json",
  current: "current",
  lock: "lock",
  /** Folders and files of an import under way; whatever carries it without a living import is swept. */
  staging: ".import-",
  /** A lock file before it is the lock: named by its process, so that it is told from a leftover. */
  candidate: ".import-lock-",
  partition: (index: number) => `part-${String(index).padStart(5, "0")}.parquet`,
});

/** Longest `manifest.json` that is read. */
export const manifestBytes = 64 * 1024 * 1024;

/**
 * Folder of a dataset. The name is checked first: no separator, no dot, nothing that could leave the folder.
 * @throws FLM_DATASET_NAME
 */
export function datasetFolder(root: string, name: string): string {
  if (!Value.Check(Name, name)) {
    throw new FlamencoError(
      "FLM_DATASET_NAME",
      "A dataset name has lower-case letters, digits and hyphens, starts with a letter and is at most 64 long.",
    );
  }
  return join(root, name);
}

/** True for the name of a version folder. */
export function isVersion(name: string): boolean {
  return Value.Check(Digest, name);
}
