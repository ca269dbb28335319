import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { sha256 } from "@flamenco/policies/trust";
import { lockDirectory } from "../support/index.js";
import { layout } from "./dataset-paths.js";

/** Times that a lock found stale is taken away before giving up: another import is doing the same. */
const ATTEMPTS = 5;

/** The right to import into one dataset, held by one import at a time. */
export interface DatasetLock {
  /** @throws FLM_DATASET_BUSY when the lock is not ours any more; called before anything is published. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Lock a dataset's folder for an import. The lock file names its process by pid and start time, so the lock of a process
 * that was killed is recognised, even when its pid was given to another one since.
 * @throws FLM_DATASET_BUSY when a living import holds it.
 */
export async function lockDataset(folder: string, name: string): Promise<DatasetLock> {
  const path = join(folder, layout.lock);
  const owner = `${process.pid} ${startOf(process.pid)} ${randomBytes(8).toString("hex")}`;
  const token = `${owner}\n`;
  // A hard link of a complete file: whoever reads the lock never sees half of it.
  const own = join(folder, `${layout.candidate}${owner.replaceAll(" ", "-")}`);
  await writeFile(own, token, { flag: "wx", mode: 0o600 }).catch((cause: unknown) => {
    // The folder went away: a first import that failed is removing it this moment.
    throw (cause as NodeJS.ErrnoException).code === "ENOENT" ? busy(name) : cause;
  });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await linkOrNot(own, path)) return heldLock(path, token, name);
      if (await replaceStale(path, own, name)) return heldLock(path, token, name);
    }
    throw busy(name);
  } finally {
    await rm(own, { force: true });
  }
}

function heldLock(path: string, token: string, name: string): DatasetLock {
  const isOurs = async () => (await readFile(path, "utf8").catch(() => "")) === token;
  return {
    async assertHeld() {
      if (!(await isOurs())) throw busy(name);
    },
    async release() {
      if (await isOurs()) await rm(path, { force: true });
    },
  };
}

async function linkOrNot(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

/**
 * Replace a dead process's lock. Several imports may find the same one stale: the right to replace it is a lock of the
 * folder of its own, named after what it replaces, and while it is held nobody else touches a lock whose holder is dead.
 * @returns false when the lock is another one by now
 * @throws FLM_DATASET_BUSY when a living import holds the lock, or is replacing it
 */
async function replaceStale(path: string, own: string, name: string): Promise<boolean> {
  const seen = await readFile(path, "utf8").catch(() => null);
  if (seen === null) return false;
  if (isAlive(seen)) throw busy(name);
  const right = await lockDirectory(`${path}.${sha256(seen).slice(0, 16)}`).catch((cause: unknown) => {
    throw isFlamencoError(cause, "FLM_DATA_DIR_LOCKED") ? busy(name) : cause;
  });
  try {
    if ((await readFile(path, "utf8").catch(() => null)) !== seen) return false;
    await link(own, `${own}.new`);
    await rename(`${own}.new`, path);
    return true;
  } finally {
    await right.release();
  }
}

/** True for the lock file in the making of a process that runs; any other one is a leftover. */
export function isLivingCandidate(file: string): boolean {
  return file.startsWith(layout.candidate) && isAlive(file.slice(layout.candidate.length).replaceAll("-", " "));
}

/** True when the process that a lock names still runs. A lock that cannot be read was not written by an import. */
function isAlive(lock: string): boolean {
  const [pidText, start] = lock.trim().split(" ");
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // EPERM: it runs, as another user. Any other answer: there is no such process, or no such number.
    if ((cause as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return start === "?" || startOf(pid) === start || startOf(pid) === "?";
}

/** When a process started, in the kernel's ticks since boot (proc(5), field 22), or `?` where the system does not tell. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "?";
  } catch {
    return "?";
  }
}

function busy(name: string): FlamencoError {
  return new FlamencoError(
    "FLM_DATASET_BUSY",
    `Another import into the dataset ${name} is running. Wait for it to end.`,
  );
}
