import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { toLine } from "../text-table.js";

/** @throws FLM_FILE_EXISTS for a folder that holds anything, FLM_FILE_UNREADABLE for what is no folder */
export async function checkFolderIsFree(folder: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return;
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(folder)} is no folder that can be read.`, { cause });
  }
  if (entries.length > 0) {
    throw new FlamencoError("FLM_FILE_EXISTS", `${toLine(folder)} is not empty; nothing was written.`);
  }
}

/** Write files into a new or empty folder; nothing is overwritten. */
export async function writeFolder(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await checkFolderIsFree(folder);
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of files) await writeFile(join(folder, name), text, { flag: "wx" });
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") {
      throw new FlamencoError(
        "FLM_FILE_EXISTS",
        `A file appeared in ${toLine(folder)} meanwhile; nothing was overwritten.`,
      );
    }
    if (codeOf(cause) === "ENOSPC") throw new FlamencoError("FLM_DISK_FULL", "The disk is full.", { cause });
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(folder)} cannot be written.`, { cause });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
