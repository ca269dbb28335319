import { createHash, randomUUID } from "node:crypto";
import { link, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * When the process began, in clock ticks since boot (field 22 of /proc/PID/stat): a pid alone may have been given to
 * another process since. Empty where there is no /proc.
 */
async function startTimeOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** Text of the lock file: pid, start time, and a token that makes every lock distinct. */
async function describeSelf(): Promise<string> {
  return `${process.pid} ${await startTimeOf(process.pid)} ${randomUUID()}\n`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** True when the process that wrote the lock is gone. A lock that cannot be understood was never finished: also gone. */
async function isStale(text: string): Promise<boolean> {
  const [pidText, startTime] = text.split(" ");
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return true;
  return startTime !== "" && startTime !== (await startTimeOf(pid));
}

/** Put `own` in place unless something is there; linking shows the file whole or not at all. */
async function tryLink(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

/**
 * Replace a stale lock by `own`. Many may find the same one stale: the right to replace it is a lock of its own, named after
 * what it replaces, and while it is held nobody else touches a lock whose holder is dead. A process that died while it held
 * that right left a stale lock like any other.
 * @returns false when the stale lock is gone already.
 * @throws FLM_DATA_DIR_LOCKED when a living process is replacing it.
 */
async function replaceStale(path: string, stale: string, own: string): Promise<boolean> {
  const name = createHash("sha256").update(stale).digest("hex").slice(0, 16);
  const right = await lockDirectory(`${path}.${name}`);
  try {
    if ((await readLock(path)) !== stale) return false;
    const replacement = `${own}.new`;
    await link(own, replacement);
    await rename(replacement, path);
    return true;
  } finally {
    await right.release();
  }
}

async function readLock(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cause;
  }
}

/**
 * Make this process the only one that uses a directory. A lock left by a process that is gone is taken over.
 * @throws FLM_DATA_DIR_LOCKED
 */
export async function lockDirectory(path: string): Promise<DirectoryLock> {
  const text = await describeSelf();
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, text, { flag: "wx", mode: 0o600 });
  const lock: DirectoryLock = {
    release: async () => {
      if ((await readLock(path)) === text) await unlink(path);
    },
  };
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (await tryLink(own, path)) return lock;
      const held = await readLock(path);
      if (held === null) continue;
      if (!(await isStale(held))) {
        throw new FlamencoError(
          "FLM_DATA_DIR_LOCKED",
          `Process ${held.split(" ")[0]} uses this node already (${path}).`,
        );
      }
      if (await replaceStale(path, held, own)) return lock;
    }
  } finally {
    await unlink(own);
  }
  throw new FlamencoError("FLM_DATA_DIR_LOCKED", `Other processes are taking this node's lock (${path}).`);
}
