import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { type Cell, canonicalLine } from "../records/index.js";
import { flowRowFields } from "./flow-row.js";

/** How flows are filed. */
export interface FlowFilesOptions {
  readonly folder: string;
  /** A file is closed when its first flow is older than this. */
  readonly rotateMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly openedMs: number;
  /** Bytes of whole lines. */
  bytes: number;
  rows: number;
}

/**
 * Writes flows as CSV of the dialect `flamenco` into files of some minutes each. A file has its name when it is whole; before, it
 * ends in `.part`. Without flows no file is made.
 */
export class FlowFiles {
  readonly #options: FlowFilesOptions;
  #file: OpenFile | null = null;
  #number = 0;
  #files = 0;
  #rows = 0;

  private constructor(options: FlowFilesOptions) {
    this.#options = options;
  }

  /** @throws FLM_FILE_UNREADABLE when the folder cannot be made. */
  static async create(options: FlowFilesOptions): Promise<FlowFiles> {
    await mkdir(options.folder, { recursive: true }).catch((cause) => {
      throw diskError(options.folder, cause);
    });
    return new FlowFiles(options);
  }

  /**
   * Append rows; whole or not at all.
   * @throws FLM_DISK_FULL, FLM_FILE_UNREADABLE; the rows written before are in whole files then, and nothing more can be written
   */
  async write(rows: readonly (readonly Cell[])[]): Promise<void> {
    await this.rotate();
    if (rows.length === 0) return;
    this.#file ??= await this.#open();
    const bytes = Buffer.from(rows.map((row) => `${canonicalLine(row)}\n`).join(""));
    await this.#append(this.#file, bytes);
    this.#file.rows += rows.length;
    this.#rows += rows.length;
  }

  /** Close the file when it is due. */
  async rotate(): Promise<void> {
    if (this.#file === null || this.#options.now() - this.#file.openedMs < this.#options.rotateMs) return;
    await this.close();
  }

  /** Give the file that is open its name. */
  async close(): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    this.#file = null;
    try {
      await file.handle.sync();
      await file.handle.close();
      await rename(`${file.path}.part`, file.path);
    } catch (cause) {
      throw diskError(this.#options.folder, cause);
    }
    this.#files += 1;
  }

  /** Files that are whole. */
  get files(): number {
    return this.#files;
  }

  /** Flows written, those of the open file among them. */
  get rows(): number {
    return this.#rows;
  }

  async #open(): Promise<OpenFile> {
    const openedMs = this.#options.now();
    // Time and number: names sort as the files came, and none is used twice.
    const time = new Date(openedMs).toISOString().replaceAll(/[-:.]/g, "");
    this.#number += 1;
    const path = join(this.#options.folder, `flows-${time}-${String(this.#number).padStart(6, "0")}.csv`);
    try {
      const handle = await open(`${path}.part`, "wx", 0o640);
      const file = { handle, path, openedMs, bytes: 0, rows: 0 };
      await this.#append(file, Buffer.from(`${canonicalLine(flowRowFields)}\n`));
      return file;
    } catch (cause) {
      throw diskError(this.#options.folder, cause);
    }
  }

  async #append(file: OpenFile, bytes: Buffer): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; ) {
        at += (await file.handle.write(bytes, at, bytes.length - at, file.bytes + at)).bytesWritten;
      }
      file.bytes += bytes.length;
    } catch (cause) {
      await this.#saveWholeLines(file);
      throw diskError(this.#options.folder, cause);
    }
  }

  /** A disk that is full may have taken half of the lines: what was whole before stays, and gets its name. */
  async #saveWholeLines(file: OpenFile): Promise<void> {
    await file.handle.truncate(file.bytes).catch(() => undefined);
    if (file.rows > 0) await this.close().catch(() => undefined);
    else await file.handle.close().catch(() => undefined);
    this.#file = null;
  }
}

function diskError(folder: string, cause: unknown): FlamencoError {
  if (cause instanceof FlamencoError) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? "no";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new FlamencoError("FLM_DISK_FULL", `No space is left for ${folder}; the flows written before are whole.`, {
      cause,
    });
  }
  return new FlamencoError("FLM_FILE_UNREADABLE", `${folder} cannot be written: the system says ${code}.`, { cause });
}
