import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, rm } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { sha256 } from "@flamenco/policies/trust";
import { closed, parseDocument } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";
import { isAlive, ownIdentity } from "./process-identity.js";

const ATTEMPTS = 5;

const LockFile = Type.Object(
  {
    pid: Type.Integer({ minimum: 1 }),
    birth: Type.Union([Type.String(), Type.Null()]),
    nonce: Type.String(),
  },
  closed,
);

/** Holds a data directory for this process. */
export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * Take the lock file at `path`. A lock whose process has died, however it died, is taken over.
 * @throws FLM_DATA_DIR_LOCKED naming the process that holds it.
 */
export async function lockDataDir(path: string): Promise<DataDirLock> {
  const nonce = randomBytes(8).toString("hex");
  const text = `${JSON.stringify({ ...(await ownIdentity()), nonce })}\n`;
  const lock: DataDirLock = {
    release: async () => {
      if ((await readText(path)) === text) await rm(path, { force: true });
    },
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await createLock(path, text, nonce)) return lock;
    const found = await readText(path);
    if (found === undefined) continue;
    const holder = parseLock(found);
    if (holder !== undefined && (await isAlive(holder))) throw locked(holder.pid);
    if (await replaceStale(path, found, text, nonce)) return lock;
  }
  throw new FlamencoError("FLM_DATA_DIR_LOCKED", "Other processes are taking this data directory at the same moment.");
}

/** False when a lock is there. The file appears with its whole content or not at all: `link` never overwrites. */
async function createLock(path: string, text: string, nonce: string): Promise<boolean> {
  const draft = `${path}.${nonce}`;
  await writeDurable(draft, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Replace a stale lock. Many may find the same one stale: the right to replace it is a lock of its own, named after what it
 * replaces, and while it is held nobody else touches a lock whose holder is dead. A process that died while it held that
 * right left a stale lock like any other.
 * @returns false when the stale lock is gone already
 * @throws FLM_DATA_DIR_LOCKED when a living process is replacing it
 */
async function replaceStale(path: string, stale: string, text: string, nonce: string): Promise<boolean> {
  const right = await lockDataDir(`${path}.${sha256(stale).slice(0, 16)}`);
  try {
    if ((await readText(path)) !== stale) return false;
    const draft = `${path}.${nonce}.new`;
    await writeDurable(draft, text);
    await rename(draft, path);
    return true;
  } finally {
    await right.release();
  }
}

async function writeDurable(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Undefined for text that no lock of ours can be: only a power failure leaves that, and it ends every process. */
function parseLock(text: string) {
  try {
    return parseDocument(LockFile, JSON.parse(text), "lock");
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

function locked(pid: number): FlamencoError {
  return new FlamencoError("FLM_DATA_DIR_LOCKED", `Process ${pid} uses this data directory.`);
}
