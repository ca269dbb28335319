import { FlamencoError } from "@flamenco/policies/errors";
import { readInput } from "../records/index.js";
import { toLine } from "./text-table.js";

/**
 * Read a small text file, gzip or not, whole.
 * @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA when it is not UTF-8
 */
export async function readTextFile(path: string, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await readInput(
    path,
    async (chunk) => {
      bytes += chunk.length;
      if (bytes > mostBytes)
        throw new FlamencoError("FLM_TOO_LARGE", `${toLine(path)} has more than ${mostBytes} bytes.`);
      chunks.push(chunk);
    },
    { onRead: () => undefined, signal: new AbortController().signal },
  );
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} is not UTF-8 text.`);
  }
}
