import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Time stamps of files are coarser than the clock: by a tick of the system or, in some file systems, by two seconds. */
const TICK_MS = 50;
const COARSE_MS = 2_000;

/**
 * Asks the disk to keep what was written below a directory. For writers that leave it to the system when that happens.
 * @param sinceMs what was written before is not flushed
 * @returns a function that resolves when every file that changed since its last call, and the names of all, are on the disk.
 * Calls that wait for one that is under way are answered together by the next.
 */
export function flushOf(directory: string, sinceMs: number): () => Promise<void> {
  let flushedMs = sinceMs;
  const flush = async () => {
    const startMs = Date.now();
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    await Promise.all([directory, ...paths].map((path) => flushIfChanged(path, flushedMs)));
    flushedMs = startMs;
  };
  let underWay = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= underWay.then(() => {
      next = undefined;
      const running = flush();
      underWay = running.catch(() => {});
      return running;
    });
    return next;
  };
}

async function flushIfChanged(path: string, sinceMs: number): Promise<void> {
  try {
    const { mtimeMs } = await stat(path);
    if (mtimeMs < sinceMs - (mtimeMs % 1000 === 0 ? COARSE_MS : TICK_MS)) return;
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Gone since it was listed: there is nothing to keep.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
