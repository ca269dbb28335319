import { closeSync, openSync, writeSync } from "node:fs";
import { access, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { deskLimits } from "./limits.js";
import { toLine } from "./text-table.js";

/** In UTF-8, of a UTF-16 unit. */
const MOST_BYTES_A_CHARACTER = 3;
const LINE_END = 10;

/**
 * A table that is written line by line into a folder of its own beside its place, and put there when it is whole: what is under
 * its name is never half a table.
 */
export class TableOutput {
  readonly #path: string;
  readonly #folder: string;
  readonly #handle: number;
  #isOpen = true;
  readonly #bytes = Buffer.allocUnsafe(deskLimits.outputBytes);
  #end = 0;

  private constructor(path: string, folder: string) {
    this.#path = path;
    this.#folder = folder;
    this.#handle = openSync(this.csv, "wx");
  }

  /** @throws FLM_FILE_EXISTS, FLM_FILE_UNREADABLE */
  static async create(path: string): Promise<TableOutput> {
    await assertFree(path);
    return withDiskErrors(path, async () => {
      const folder = await mkdtemp(join(dirname(resolve(path)), `.${basename(path)}-`));
      return new TableOutput(path, folder);
    });
  }

  get folder(): string {
    return this.#folder;
  }

  /** Where the lines go. */
  get csv(): string {
    return join(this.#folder, "table.csv");
  }

  /** @throws FLM_DISK_FULL, FLM_FILE_UNREADABLE */
  writeLine(line: string): void {
    const most = MOST_BYTES_A_CHARACTER * line.length + 1;
    if (this.#end + most > this.#bytes.length) this.#flush();
    if (most > this.#bytes.length) {
      this.#write(Buffer.from(`${line}\n`));
      return;
    }
    // At once, not gathered: a line made of many parts is worked off while it is young, which the garbage collector rewards.
    this.#end += this.#bytes.write(line, this.#end);
    this.#bytes[this.#end] = LINE_END;
    this.#end += 1;
  }

  /** No line follows: `csv` is whole. @throws FLM_DISK_FULL, FLM_FILE_UNREADABLE */
  endLines(): void {
    this.#flush();
    this.#close();
  }

  /**
   * Put a file of the folder in the table's place, and a document beside it where there is one.
   * @throws FLM_FILE_EXISTS when something came there meanwhile, FLM_DISK_FULL, FLM_FILE_UNREADABLE
   */
  async place(file: string, besides?: { readonly path: string; readonly document: object }): Promise<void> {
    await withDiskErrors(this.#path, async () => {
      const document = join(this.#folder, "document.json");
      if (besides !== undefined) await writeFile(document, `${JSON.stringify(besides.document, null, 1)}\n`);
      await assertFree(this.#path);
      if (besides !== undefined) await rename(document, besides.path);
      await rename(file, this.#path);
    });
  }

  /** Remove what is left of the work, whether it was put in its place or not. */
  async clear(): Promise<void> {
    this.#close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#handle);
    this.#isOpen = false;
  }

  #flush(): void {
    this.#write(this.#bytes.subarray(0, this.#end));
    this.#end = 0;
  }

  #write(bytes: Buffer): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#handle, bytes, at);
    } catch (cause) {
      throw diskError(this.#path, cause);
    }
  }
}

async function assertFree(path: string): Promise<void> {
  const taken = await access(path).then(
    () => true,
    () => false,
  );
  if (taken) throw new FlamencoError("FLM_FILE_EXISTS", `${toLine(path)} is there already; nothing was written.`);
}

async function withDiskErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof FlamencoError ? cause : diskError(path, cause);
  }
}

function diskError(path: string, cause: unknown): FlamencoError {
  const code = (cause as NodeJS.ErrnoException).code ?? "no";
  if (code === "ENOSPC") return new FlamencoError("FLM_DISK_FULL", "The disk is full; nothing was written.", { cause });
  return new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} cannot be written: the system says ${code}.`, {
    cause,
  });
}
