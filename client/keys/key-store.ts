import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { formatKeyFile, parseKeyFile, type SigningKey, sodiumReady } from "@flamenco/policies/trust";
import { Name, parseDocument } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { codeOf } from "./system-error.js";

/** What may be said about a key: never its secret half. */
export interface KeySummary {
  readonly name: string;
  readonly keyId: string;
  readonly path: string;
}

/** A key file that cannot be used, and why. */
export interface UnusableKey {
  readonly path: string;
  readonly error: FlamencoError;
}

const SUFFIX = ".key";
/** Read, write or execute by group or others. */
const SHARED_MODE_BITS = 0o077;

function keyFolder(dataDir: string): string {
  return join(dataDir, "keys");
}

function keyPath(dataDir: string, name: string): string {
  parseDocument(Name, name, "key name");
  return join(keyFolder(dataDir), `${name}${SUFFIX}`);
}

/**
 * Make a key from the operating system's entropy and keep it in `<dataDir>/keys/NAME.key`, mode 0600, in a folder that only
 * its owner can enter. An existing file is never overwritten (O_EXCL).
 * @throws FLM_SCHEMA for a name that is not one, FLM_KEY_EXISTS, FLM_DISK_FULL, FLM_FILE_UNREADABLE
 * @example
 * const key = await createKey("/home/alice/.flamenco", "alice");
 * console.log(key.keyId); // ed25519:…
 */
export async function createKey(dataDir: string, name: string): Promise<KeySummary> {
  await sodiumReady;
  const path = keyPath(dataDir, name);
  const text = formatKeyFile(name, randomBytes(32));
  try {
    await mkdir(keyFolder(dataDir), { recursive: true, mode: 0o700 });
    await chmod(keyFolder(dataDir), 0o700);
    const file = await open(
      path,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      await file.writeFile(text);
      await file.sync();
    } catch (cause) {
      await rm(path, { force: true });
      throw cause;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") {
      throw new FlamencoError("FLM_KEY_EXISTS", `The key ${name} exists already (${path}).`, { cause });
    }
    if (codeOf(cause) === "ENOSPC")
      throw new FlamencoError("FLM_DISK_FULL", `The key ${name} was not made: the disk is full.`, { cause });
    throw new FlamencoError("FLM_FILE_UNREADABLE", `The key file ${path} cannot be written (${codeOf(cause)}).`, {
      cause,
    });
  }
  return { name, keyId: parseKeyFile(text).keyId, path };
}

/**
 * Read the key NAME of a data directory, for signing.
 * @throws FLM_KEY_UNREADABLE when there is none or it is damaged; FLM_KEY_PERMISSIONS when anyone but its owner may touch it.
 * @example
 * const key = await loadKey("/home/alice/.flamenco", "alice");
 */
export async function loadKey(dataDir: string, name: string): Promise<SigningKey> {
  const path = keyPath(dataDir, name);
  const key = await readKeyFile(path);
  if (key.name !== name) {
    throw new FlamencoError("FLM_KEY_UNREADABLE", `The key file ${path} holds a key of another name, ${key.name}.`);
  }
  return key;
}

/** Every key of a data directory in the order of their names, and apart from them the files that cannot be used. */
export async function listKeys(dataDir: string): Promise<{ keys: KeySummary[]; unusable: UnusableKey[] }> {
  let names: string[];
  try {
    names = await readdir(keyFolder(dataDir));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return { keys: [], unusable: [] };
    throw new FlamencoError(
      "FLM_FILE_UNREADABLE",
      `The key folder ${keyFolder(dataDir)} cannot be read (${codeOf(cause)}).`,
      { cause },
    );
  }
  const keys: KeySummary[] = [];
  const unusable: UnusableKey[] = [];
  for (const file of names
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .slice(0, limits.keyFiles)) {
    const path = join(keyFolder(dataDir), file);
    try {
      const { name, keyId } = await loadKey(dataDir, file.slice(0, -SUFFIX.length));
      keys.push({ name, keyId, path });
    } catch (error) {
      if (!(error instanceof FlamencoError)) throw error;
      unusable.push({ path, error });
    }
  }
  return { keys, unusable };
}

async function readKeyFile(path: string): Promise<SigningKey> {
  await sodiumReady;
  let text: string;
  try {
    // O_NONBLOCK: a FIFO in the place of a key must not hang the command.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await file.stat();
      if (!status.isFile() || status.size > limits.keyFileBytes) {
        throw new FlamencoError("FLM_KEY_UNREADABLE", `${path} is not a Flamenco key file.`);
      }
      if (process.platform !== "win32" && (status.mode & SHARED_MODE_BITS) !== 0) {
        const mode = (status.mode & 0o777).toString(8);
        throw new FlamencoError(
          "FLM_KEY_PERMISSIONS",
          `The key file ${path} is open to other users (mode ${mode}). Run: chmod 600 ${JSON.stringify(path)}`,
        );
      }
      text = await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof FlamencoError) throw cause;
    const reason = codeOf(cause) === "ENOENT" ? "does not exist" : `cannot be read (${codeOf(cause)})`;
    throw new FlamencoError("FLM_KEY_UNREADABLE", `The key file ${path} ${reason}.`, { cause });
  }
  try {
    return parseKeyFile(text);
  } catch (cause) {
    throw new FlamencoError("FLM_KEY_UNREADABLE", `The key file ${path} is damaged or not a Flamenco key.`, { cause });
  }
}
