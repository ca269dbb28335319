import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { TextDecoder } from "node:util";
import { FlamencoError } from "@flamenco/policies/errors";
import { codeOf } from "../keys/index.js";
import { type CsvRecord, CsvScanner } from "./csv-scanner.js";
import { trialLimits } from "./limits.js";

const chunkBytes = 256 * 1024;

/**
 * Records of a CSV file (UTF-8, with or without a byte order mark), read as a stream.
 * @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA at `file:line`
 */
export async function* readCsv(path: string): AsyncGenerator<CsvRecord> {
  const file = await openPlainFile(path, trialLimits.csvBytes);
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const scanner = new CsvScanner(path);
    const buffer = Buffer.alloc(chunkBytes);
    let read = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
      read += bytesRead;
      // The file may grow while it is read.
      if (read > trialLimits.csvBytes) throw tooLarge(path, trialLimits.csvBytes);
      yield* scanner.push(decode(decoder, buffer.subarray(0, bytesRead), bytesRead > 0, path));
      if (bytesRead === 0) break;
    }
    yield* scanner.end();
  } catch (cause) {
    if (cause instanceof FlamencoError) throw cause;
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} cannot be read (${codeOf(cause)}).`, { cause });
  } finally {
    await file.close();
  }
}

/** Text of a small file of the author's, of at most `maxBytes`. @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA */
export async function readSmallFile(path: string, maxBytes: number): Promise<string> {
  const file = await openPlainFile(path, maxBytes);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
    if (bytesRead > maxBytes) throw tooLarge(path, maxBytes);
    return decode(new TextDecoder("utf-8", { fatal: true }), buffer.subarray(0, bytesRead), false, path);
  } finally {
    await file.close();
  }
}

/** Opened without waiting (a pipe would never open), and only if it is a plain file of an acceptable size. */
async function openPlainFile(path: string, maxBytes: number): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const reason = codeOf(cause) === "ENOENT" ? "does not exist" : `cannot be read (${codeOf(cause)})`;
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} ${reason}.`, { cause });
  }
  const { size, isPlain } = await file.stat().then((stats) => ({ size: stats.size, isPlain: stats.isFile() }));
  if (isPlain && size <= maxBytes) return file;
  await file.close();
  throw isPlain ? tooLarge(path, maxBytes) : new FlamencoError("FLM_FILE_UNREADABLE", `${path} is not a plain file.`);
}

function decode(decoder: TextDecoder, bytes: Uint8Array, more: boolean, path: string): string {
  try {
    return decoder.decode(bytes, { stream: more });
  } catch (cause) {
    throw new FlamencoError("FLM_SCHEMA", `${path} is not text (UTF-8).`, { cause });
  }
}

function tooLarge(path: string, maxBytes: number): FlamencoError {
  const ceiling = maxBytes >= 1024 ** 3 ? `${maxBytes / 1024 ** 3} GiB` : `${maxBytes / 1024} KiB`;
  return new FlamencoError("FLM_TOO_LARGE", `${path} is larger than ${ceiling}. Try a part of it.`);
}
