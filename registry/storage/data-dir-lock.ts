import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, rm } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";
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
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await createLock(path, text, nonce)) {
      return {
        release: async () => {
          if ((await readText(path)) === text) await rm(path, { force: true });
        },
      };
    }
    const found = await readText(path);
    if (found === undefined) continue;
    const holder = parseLock(found);
    if (holder !== undefined && (await isAlive(holder))) throw locked(holder.pid);
    await removeStaleLock(path, found, nonce);
  }
  throw new FlamencoError("FLM_DATA_DIR_LOCKED", "Other processes are taking this data directory at the same moment.");
}

/** False when a lock is there. The file appears with its whole content or not at all: `link` never overwrites. */
async function createLock(path: string, text: string, nonce: string): Promise<boolean> {
  const draft = `${path}.${nonce}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

/** Two starters may both have seen the stale lock; the slower one must not remove the faster one's new lock. */
async function removeStaleLock(path: string, stale: string, nonce: string): Promise<void> {
  const aside = `${path}.${nonce}.stale`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readText(aside);
  if (moved !== undefined && moved !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
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
