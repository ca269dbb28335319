import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";

/** Error codes of the system, and what DuckDB's messages carry of them, that mean: no space is left for us. */
const fullCodes = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const fullMessage =
  /no space left on device|disk quota exceeded|file too large|not enough disk space|max_temp_directory_size/i;

/** True when an operation failed for want of disk space, whether Node or DuckDB reports it. */
export function isDiskFull(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return fullCodes.has((cause as NodeJS.ErrnoException).code ?? "") || fullMessage.test(cause.message);
}

/**
 * Run `work`; a failure for want of disk space becomes the coded error. Everything else passes unchanged.
 * @throws FLM_DISK_FULL
 */
export async function guardDiskFull<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw new FlamencoError(
      "FLM_DISK_FULL",
      "The disk is full. The dataset is as it was before; free some space and import again.",
      {
        cause,
      },
    );
  }
}

/** Force a file's bytes, or a folder's entries, to the disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Write a new file and force it to the disk. Fails when the file exists. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Rename within one folder, and force the folder's entries to the disk: after a crash, either the old state or the new. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncPath(dirname(to));
}

/** SHA-256 (lower-case hexadecimal) and size of a file, read as a stream. */
export async function digestFile(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash("sha256");
  const handle = await open(path, constants.O_RDONLY);
  let bytes = 0;
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest("hex"), bytes };
}
