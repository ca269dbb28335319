import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { sha256 } from "@flamenco/policies/trust";
import { writeError } from "./disk-error.js";
import { syncDirectory } from "./sync-directory.js";

const INCOMING = ".incoming";

/** Files named by the SHA-256 of their bytes: written once, never changed, checked whenever they are read. */
export class ObjectStore {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Open the folder, making it if needed; what a crash left half written is removed. */
  static async open(directory: string): Promise<ObjectStore> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(directory)) {
      if (name.endsWith(INCOMING)) await rm(join(directory, name));
    }
    return new ObjectStore(directory);
  }

  /** Keep the bytes and return their digest; they are on the disk when this resolves. @throws FLM_DISK_FULL, FLM_INTERNAL */
  async put(bytes: Uint8Array): Promise<string> {
    const digest = sha256(bytes);
    const incoming = join(this.#directory, `${digest}${INCOMING}`);
    try {
      const file = await open(incoming, "w", 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(incoming, join(this.#directory, digest));
      await syncDirectory(this.#directory);
    } catch (cause) {
      await rm(incoming, { force: true }).catch(() => undefined);
      throw writeError(cause);
    }
    return digest;
  }

  /** @throws FLM_REGISTRY_CORRUPT when the object is gone or is not what its name says. */
  async get(digest: string): Promise<Buffer> {
    let bytes: Buffer;
    try {
      bytes = await readFile(join(this.#directory, digest));
    } catch (cause) {
      throw new FlamencoError("FLM_REGISTRY_CORRUPT", `The object ${digest} cannot be read.`, { cause });
    }
    if (sha256(bytes) !== digest)
      throw new FlamencoError("FLM_REGISTRY_CORRUPT", `The object ${digest} was altered on the disk.`);
    return bytes;
  }

  /** True when an object of that name and size is there. Its bytes are checked when it is read. */
  async has(digest: string, bytes: number): Promise<boolean> {
    const found = await stat(join(this.#directory, digest)).catch(() => undefined);
    return found?.size === bytes;
  }
}
