import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { FlamencoError } from "@flamenco/policies/errors";
import { recordLimits } from "./limits.js";

/** What was read of an input file: its own bytes, compressed or not. */
export interface InputDigest {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Size of an input file, in bytes.
 * @throws FLM_FILE_UNREADABLE when it is not there, not readable or not a plain file.
 */
export async function sizeOfInput(path: string): Promise<number> {
  return withInput(path, async (handle) => (await handle.stat()).size);
}

/**
 * Read a file once, in chunks, gunzipped when it is gzip, hashing the bytes that are on the disk on the way.
 * @param onRead told how many bytes of the file itself have been read.
 * @throws FLM_FILE_UNREADABLE also when the file changes while it is read, or its compression is damaged.
 */
export async function readInput(
  path: string,
  onChunk: (chunk: Buffer) => Promise<void>,
  options: { onRead: (bytes: number) => void; signal: AbortSignal },
): Promise<InputDigest> {
  return withInput(path, async (handle) => {
    const { size } = await handle.stat();
    const hash = createHash("sha256");
    let bytes = 0;
    async function* content(): AsyncGenerator<Buffer> {
      for await (const chunk of handle.createReadStream({
        start: 0,
        autoClose: false,
        highWaterMark: recordLimits.chunkBytes,
      })) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
        options.onRead(bytes);
        yield chunk as Buffer;
      }
    }
    const consume = async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) {
        options.signal.throwIfAborted();
        await onChunk(chunk);
      }
    };
    const magic = Buffer.alloc(2);
    await handle.read(magic, 0, 2, 0);
    if (magic[0] === 0x1f && magic[1] === 0x8b) {
      await pipeline(content, createGunzip({ chunkSize: recordLimits.chunkBytes }), consume).catch((cause: unknown) => {
        throw isDamagedGzip(cause) ? unreadable(path, "its gzip compression is damaged or cut off", cause) : cause;
      });
    } else {
      await consume(content());
    }
    if (bytes !== size || (await handle.stat()).size !== size) {
      throw unreadable(path, "it changed while it was being read");
    }
    return { sha256: hash.digest("hex"), bytes };
  });
}

async function withInput<T>(path: string, use: (handle: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> {
  const refuse = (cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "there is no such file" : `the system says ${cause.code ?? "no"}`;
    throw unreadable(path, why, cause);
  };
  // Asked before it is opened: opening a named pipe would wait for a writer.
  const found = await stat(path).catch(refuse);
  if (!found.isFile()) throw unreadable(path, found.isDirectory() ? "it is a folder" : "it is not a plain file");
  const handle = await open(path, "r").catch(refuse);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

function isDamagedGzip(cause: unknown): boolean {
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  return code.startsWith("Z_");
}

function unreadable(path: string, why: string, cause?: unknown): FlamencoError {
  return new FlamencoError("FLM_FILE_UNREADABLE", `${path} cannot be read: ${why}.`, { cause });
}
