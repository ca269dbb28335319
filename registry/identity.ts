import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { formatKeyFile, parseKeyFile, type SigningKey } from "@flamenco/policies/trust";
import { syncDirectory } from "./storage/index.js";

/** Permission bits of group and others. */
const NOT_OWNER = 0o077;

/**
 * The registry's own key, made at its first start, in a file that belongs to its owner alone. Call with the data
 * directory locked.
 * @throws FLM_KEY_UNREADABLE, FLM_KEY_PERMISSIONS
 */
export async function openIdentity(path: string, name: string): Promise<SigningKey> {
  return (await readKey(path)) ?? createKey(path, name);
}

async function readKey(path: string): Promise<SigningKey | undefined> {
  const file = await open(path, "r").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw new FlamencoError("FLM_KEY_UNREADABLE", `The key file ${path} cannot be read.`, { cause });
  });
  if (file === undefined) return undefined;
  try {
    if (((await file.stat()).mode & NOT_OWNER) !== 0) {
      throw new FlamencoError("FLM_KEY_PERMISSIONS", `Others can read the key file ${path}. Run: chmod 600 ${path}`);
    }
    return parseKeyFile(await readFile(file, "utf8"));
  } finally {
    await file.close();
  }
}

/** The file appears with its whole content or not at all: a start that is killed half-way leaves no broken key. */
async function createKey(path: string, name: string): Promise<SigningKey> {
  const text = formatKeyFile(name, randomBytes(32));
  const draft = `${path}.new`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncDirectory(dirname(path));
  return parseKeyFile(text);
}
