import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { publicKeyOf, signerOfCheckpoint, sodiumReady } from "@flamenco/policies/trust";
import type { AuditRecord } from "@flamenco/policies/wire";
import { describeDivergence, type LogFiles, openLogFiles, type ReplayedLog, replayLog } from "../audit/index.js";
import { loadNodeConfig, loadNodeKey, nodeDirectoryOf } from "../config/index.js";

/** Which log is meant. */
export interface AuditSourceOptions {
  readonly dataDir: string;
  readonly from?: string;
  readonly nodeKey?: string;
}

export interface LogSource {
  readonly files: LogFiles;
  readonly keyId: string;
  /** Whether the key was told from elsewhere than the log itself. */
  readonly keyKnown: boolean;
}

/** The node's own log, or an exported one. @throws FLM_USAGE, FLM_CONFIG, FLM_KEY_UNREADABLE, FLM_FILE_UNREADABLE */
export async function findLog({ dataDir, from, nodeKey }: AuditSourceOptions): Promise<LogSource> {
  await sodiumReady;
  if (from === undefined) {
    if (nodeKey !== undefined) throw new FlamencoError("FLM_USAGE", "--node-key is for an exported log, with --from.");
    const directory = nodeDirectoryOf(dataDir);
    const { keyId } = await loadNodeKey(directory, (await loadNodeConfig(directory)).name);
    return { files: openLogFiles(directory.audit), keyId, keyKnown: true };
  }
  if (nodeKey !== undefined) publicKeyOf(nodeKey);
  const files = openLogFiles(from);
  const keyId = nodeKey ?? signerOfCheckpoint(await readCheckpoint(from));
  return { files, keyId, keyKnown: nodeKey !== undefined };
}

async function readCheckpoint(folder: string): Promise<string> {
  return readFile(join(folder, "checkpoint"), "utf8").catch((cause: unknown) => {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${folder} holds no log: it has no checkpoint.`, { cause });
  });
}

/** @throws FLM_AUDIT_DIVERGED, FLM_AUDIT_CHECKPOINT; FLM_NOT_FOUND where no node has run yet */
export async function replay(
  { files, keyId }: LogSource,
  onRecord: (record: AuditRecord) => void,
): Promise<ReplayedLog> {
  const replayed = await replayLog(files, { keyId, onRecord });
  if (replayed === undefined) {
    throw new FlamencoError("FLM_NOT_FOUND", "There is no audit log yet: a node begins it when it first starts.");
  }
  if ("why" in replayed) throw describeDivergence(replayed);
  return replayed;
}
