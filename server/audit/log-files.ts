import { constants } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { syncPath } from "../datasets/index.js";

/**
 * The few things that the log does to files. Each is on the disk when it resolves, and each may be cut short by a crash
 * anywhere inside: that is what the tests put in its place.
 */
export interface LogFiles {
  /** Bytes of a file, or undefined when there is none. @throws FLM_TOO_LARGE */
  read(path: string, maximumBytes: number): Promise<Uint8Array | undefined>;
  /** Add to the end of a file, made when it is not there. A crash may leave any part of the bytes. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Cut a file to a length. */
  cut(path: string, bytes: number): Promise<void>;
  /** Put a whole file in the place of another, or of none: after a crash, one or the other is there. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** Rename, if the file is there: after a crash, it has one name or the other. */
  move(from: string, to: string): Promise<void>;
}

/** Files below a folder, readable by their owner only. */
export function openLogFiles(root: string): LogFiles {
  const at = (path: string) => join(root, path);
  const makeFolder = async (path: string): Promise<void> => {
    const made = await mkdir(dirname(at(path)), { recursive: true, mode: 0o700 });
    // A new folder is itself an entry of its parent.
    if (made !== undefined) await syncPath(dirname(made));
  };
  return {
    async read(path, maximumBytes) {
      try {
        const { size } = await stat(at(path));
        if (size > maximumBytes) throw new FlamencoError("FLM_TOO_LARGE", `${at(path)} is larger than any log's.`);
        return await readFile(at(path));
      } catch (cause) {
        if (isAbsent(cause)) return undefined;
        throw cause;
      }
    },
    async append(path, bytes) {
      await makeFolder(path);
      const handle = await open(at(path), constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
      try {
        const isNew = (await handle.stat()).size === 0;
        for (let written = 0; written < bytes.length; ) {
          written += (await handle.write(bytes, written)).bytesWritten;
        }
        await handle.datasync();
        if (isNew) await syncPath(dirname(at(path)));
      } finally {
        await handle.close();
      }
    },
    async cut(path, bytes) {
      await truncate(at(path), bytes);
      await syncPath(at(path));
    },
    async replace(path, bytes) {
      await makeFolder(path);
      const fresh = `${at(path)}.new`;
      await rm(fresh, { force: true });
      const handle = await open(fresh, "wx", 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(fresh, at(path));
      await syncPath(dirname(at(path)));
    },
    async move(from, to) {
      await makeFolder(to);
      try {
        await rename(at(from), at(to));
      } catch (cause) {
        if (isAbsent(cause)) return;
        throw cause;
      }
      await syncPath(dirname(at(to)));
      await syncPath(dirname(at(from)));
    },
  };
}

function isAbsent(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
