import { type FileHandle, open } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { parseDocument } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { writeError } from "./disk-error.js";
import { chainEntry, formatEntry, hashEntry, type JournalBody, JournalEntry, journalStart } from "./journal-entry.js";

const READ_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** What opening a journal found. */
export interface JournalRecovery {
  readonly entries: number;
  /** Bytes of a torn last line, cut off: a write that a crash interrupted and that was never acknowledged. */
  readonly tornBytes: number;
}

/**
 * Append-only file of JSON lines, each chained to the one before by SHA-256. An entry is on the disk when `append`
 * resolves. One writer: callers take turns (see WriteQueue), and the data directory is locked.
 */
export class Journal {
  readonly #file: FileHandle;
  #bytes: number;
  #last: Pick<JournalEntry, "sequence" | "hash">;
  #broken = false;

  private constructor(file: FileHandle, bytes: number, last: Pick<JournalEntry, "sequence" | "hash">) {
    this.#file = file;
    this.#bytes = bytes;
    this.#last = last;
  }

  /**
   * Open the file, check every entry and hand each to `replay`, in order. A last line without its line break is cut off.
   * @throws FLM_REGISTRY_CORRUPT naming the first entry that is damaged.
   */
  static async open(
    path: string,
    replay: (entry: JournalEntry) => Promise<void>,
  ): Promise<{ journal: Journal; recovery: JournalRecovery }> {
    const file = await open(path, "a+", 0o600);
    try {
      let last: Pick<JournalEntry, "sequence" | "hash"> = { sequence: 0, hash: journalStart };
      let bytes = 0;
      for await (const line of readLines(file)) {
        const entry = checkLine(line, last);
        await replay(entry);
        last = { sequence: entry.sequence, hash: entry.hash };
        bytes += line.length + 1;
      }
      const tornBytes = (await file.stat()).size - bytes;
      if (tornBytes > 0) {
        await file.truncate(bytes);
        await file.sync();
      }
      return { journal: new Journal(file, bytes, last), recovery: { entries: last.sequence, tornBytes } };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Append one entry and wait until the disk has it.
   * @throws FLM_DISK_FULL (the journal is as before), FLM_REGISTRY_FULL, FLM_INTERNAL
   */
  async append(at: string, body: JournalBody): Promise<JournalEntry> {
    if (this.#broken) {
      throw new FlamencoError(
        "FLM_INTERNAL",
        "The journal could not be written and takes no more. Restart the registry.",
      );
    }
    const entry = chainEntry(this.#last, at, body);
    const line = formatEntry(entry);
    if (this.#bytes + line.length > limits.journalBytes) {
      throw new FlamencoError(
        "FLM_REGISTRY_FULL",
        `The journal has reached its ceiling of ${limits.journalBytes} bytes.`,
      );
    }
    await this.#write(line);
    this.#bytes += line.length;
    this.#last = { sequence: entry.sequence, hash: entry.hash };
    return entry;
  }

  async #write(line: Buffer): Promise<void> {
    try {
      for (let written = 0; written < line.length; ) {
        written += (await this.#file.write(line, written)).bytesWritten;
      }
    } catch (cause) {
      // A part of the line may be there: without the cut, the next entry would continue it.
      await this.#file.truncate(this.#bytes).catch(() => this.#break());
      throw writeError(cause);
    }
    try {
      await this.#file.datasync();
    } catch (cause) {
      // After a failed fsync nobody knows what the disk holds; only a replay from the file does.
      this.#break();
      throw writeError(cause);
    }
  }

  #break(): void {
    this.#broken = true;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Complete lines of the file, without their line breaks. */
async function* readLines(file: FileHandle): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(READ_BYTES);
  let pending: Buffer[] = [];
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, READ_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    let start = 0;
    for (;;) {
      const end = chunk.subarray(0, bytesRead).indexOf(NEWLINE, start);
      if (end === -1) break;
      yield Buffer.concat([...pending, chunk.subarray(start, end)]);
      pending = [];
      start = end + 1;
    }
    if (start < bytesRead) pending.push(Buffer.from(chunk.subarray(start, bytesRead)));
  }
}

function checkLine(line: Buffer, last: Pick<JournalEntry, "sequence" | "hash">): JournalEntry {
  const sequence = last.sequence + 1;
  const damaged = (what: string, cause?: unknown) =>
    new FlamencoError(
      "FLM_REGISTRY_CORRUPT",
      `Entry ${sequence} (line ${sequence}) of the journal is damaged: ${what}.`,
      { cause },
    );
  let entry: JournalEntry;
  try {
    entry = parseDocument(JournalEntry, JSON.parse(line.toString("utf8")), "journal entry");
  } catch (cause) {
    throw damaged("it is not a journal entry", cause);
  }
  if (entry.sequence !== sequence || entry.previous !== last.hash)
    throw damaged("it does not follow the entry before it");
  if (hashEntry(entry) !== entry.hash) throw damaged("its content does not match its hash");
  return entry;
}
