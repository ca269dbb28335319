import { once } from "node:events";
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { exportLog, openLogFiles, readLines } from "../audit/index.js";
import { isDiskFull } from "../datasets/index.js";
import { type AuditSourceOptions, findLog, type LogSource, replay } from "./audit-source.js";

export interface AuditExportOptions extends AuditSourceOptions {
  readonly format: "tiles" | "ndjson";
  readonly json: boolean;
}

/**
 * `flamenco-node audit export [TARGET]`: the log as files that anybody can verify, or as lines for other programs.
 * @param target a new or empty folder for tiles; a new file for lines, standard output without one
 * @throws FLM_USAGE, FLM_FILE_EXISTS, FLM_FILE_UNREADABLE, FLM_AUDIT_DIVERGED: nothing is exported then
 */
export async function exportAudit(target: string | undefined, options: AuditExportOptions): Promise<void> {
  const { format, json } = options;
  if (target === undefined && (format === "tiles" || json)) {
    const why = format === "tiles" ? "Tiles go into a folder" : "With --json lines go into a file";
    throw new FlamencoError("FLM_USAGE", `${why}: name a new one.`);
  }
  const source = await findLog(options);
  const size = await (format === "tiles" ? exportTiles(source, target ?? "") : exportLines(source, target));
  if (target === undefined) return;
  const check = `\nAnybody verifies them with: flamenco audit verify --from ${target} --node-key ${source.keyId}`;
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: "exported", size, keyId: source.keyId, format, [format === "tiles" ? "folder" : "file"]: target })}\n`
      : `${size} ${size === 1 ? "entry was" : "entries were"} exported to ${target}.${format === "tiles" ? check : ""}\n`,
  );
}

async function exportTiles(source: LogSource, folder: string): Promise<number> {
  if ((await readdir(folder).catch(() => [])).length > 0) {
    throw new FlamencoError("FLM_FILE_EXISTS", `${folder} is not empty; nothing was exported.`);
  }
  const replayed = await replay(source, () => undefined);
  await withFileErrors(folder, async () => {
    // Not with all folders above it: below /proc that would try forever.
    await mkdir(folder, { mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause;
    });
    await exportLog(source.files, openLogFiles(folder), replayed);
  });
  return replayed.checkpoint.size;
}

/** Twice through the log: no line leaves before all of it was verified, and a large log is not kept in memory. */
async function exportLines(source: LogSource, file: string | undefined): Promise<number> {
  const { size } = (await replay(source, () => undefined)).checkpoint;
  if (file === undefined) {
    for await (const lines of readLines(source.files, size)) {
      if (!process.stdout.write(lines)) await once(process.stdout, "drain");
    }
    return size;
  }
  await withFileErrors(file, async () => {
    const handle = await open(file, "wx", 0o600);
    try {
      for await (const lines of readLines(source.files, size)) await handle.writeFile(lines);
      await handle.sync();
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  });
  return size;
}

/** What a disk says, as a coded error. */
async function withFileErrors(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (isFlamencoError(cause)) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST")
      throw new FlamencoError("FLM_FILE_EXISTS", `${path} exists; nothing was exported.`, { cause });
    if (isDiskFull(cause))
      throw new FlamencoError("FLM_DISK_FULL", `The disk is full: ${path} is not whole.`, { cause });
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} cannot be written (${code ?? "unknown reason"}).`, {
      cause,
    });
  }
}
