import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { counted, FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { publicKeyOf, signerOfCheckpoint, sodiumReady } from "@flamenco/policies/trust";
import type { AuditRecord } from "@flamenco/policies/wire";
import {
  describeDivergence,
  exportLog,
  type LedgerTables,
  type LogFiles,
  openLogFiles,
  RecomputedLedger,
  type ReplayedLog,
  readLedger,
  replayLog,
} from "../audit/index.js";
import { loadNodeConfig, loadNodeKey, nodeDirectoryOf } from "../config/index.js";
import { parseLedgerAnswer } from "../http/index.js";
import { describeEntry } from "./audit-text.js";
import { type PartAccess, withNodePart } from "./running-node.js";

export interface AuditExportOptions {
  readonly dataDir: string;
  readonly json: boolean;
}

export interface AuditVerifyOptions extends AuditExportOptions {
  readonly from?: string;
  readonly nodeKey?: string;
}

export interface AuditListOptions extends AuditVerifyOptions {
  readonly type?: string;
  readonly study?: string;
  readonly dataset?: string;
  readonly last?: number;
}

interface LogSource {
  readonly files: LogFiles;
  readonly keyId: string;
  /** Whether the key was told from elsewhere than the log itself. */
  readonly keyKnown: boolean;
}

/** The node's own log, or an exported one. @throws FLM_USAGE, FLM_CONFIG, FLM_KEY_UNREADABLE, FLM_FILE_UNREADABLE */
async function findLog({ dataDir, from, nodeKey }: AuditVerifyOptions): Promise<LogSource> {
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
async function replay({ files, keyId }: LogSource, onRecord: (record: AuditRecord) => void): Promise<ReplayedLog> {
  const replayed = await replayLog(files, { keyId, onRecord });
  if (replayed === undefined) {
    throw new FlamencoError("FLM_NOT_FOUND", "There is no audit log yet: a node begins it when it first starts.");
  }
  if ("why" in replayed) throw describeDivergence(replayed);
  return replayed;
}

/** `flamenco-node audit list` */
export async function listAudit(options: AuditListOptions): Promise<void> {
  const records: AuditRecord[] = [];
  const { checkpoint } = await replay(await findLog(options), (record) => {
    if (isWanted(record, options)) records.push(record);
    if (options.last !== undefined && records.length > options.last) records.shift();
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ event: "audit", size: checkpoint.size, records })}\n`);
    return;
  }
  const lines = records.map(({ index, at, entry }) => `${String(index).padStart(6)}  ${at}  ${describeEntry(entry)}`);
  process.stdout.write(
    `${[...lines, `${records.length} of ${counted(checkpoint.size, "entry|entries")}.`].join("\n")}\n`,
  );
}

function isWanted({ entry }: AuditRecord, { type, study, dataset }: AuditListOptions): boolean {
  const ofStudy = "study" in entry && entry.study !== null ? entry.study : "";
  const ofDataset = "dataset" in entry ? entry.dataset.name : "";
  return (
    (type === undefined || entry.type === type) &&
    (study === undefined || (ofStudy !== "" && ofStudy.startsWith(study))) &&
    (dataset === undefined || ofDataset === dataset)
  );
}

const ledgerOf: PartAccess<() => Promise<LedgerTables>> = {
  running: (ask) => async () => parseLedgerAnswer(await ask("GET", "/ledger")),
  stopped: (database) => () => readLedger(database),
};

const elsewhere = "It is in the node's database.";

/** The ledger, from the node or its database; where neither answers, why not. */
async function readTables(dataDir: string, environment: NodeJS.ProcessEnv): Promise<LedgerTables | string> {
  try {
    return await withNodePart(dataDir, environment, ledgerOf, (read) => read());
  } catch (error) {
    if (isFlamencoError(error)) return error.message;
    throw error;
  }
}

/** `flamenco-node audit verify` @throws FLM_AUDIT_DIVERGED, FLM_AUDIT_CHECKPOINT */
export async function verifyAudit(options: AuditVerifyOptions, environment: NodeJS.ProcessEnv): Promise<void> {
  const source = await findLog(options);
  // Before the log: a node reserves first and records then, so that the log can only be ahead of what is read here.
  const tables = options.from === undefined ? await readTables(options.dataDir, environment) : elsewhere;
  const recomputed = new RecomputedLedger();
  const { checkpoint } = await replay(source, (record) => recomputed.take(record));
  const wrong = typeof tables === "string" ? undefined : recomputed.compare(tables);
  if (wrong !== undefined) throw describeDivergence(wrong);
  const accounts = recomputed.accounts();
  if (options.json) {
    const { size, root, origin } = checkpoint;
    const ledger = typeof tables === "string" ? { compared: false, why: tables } : { compared: true };
    const key = { keyId: source.keyId, known: source.keyKnown };
    const report = { event: "verified", size, root: Buffer.from(root).toString("hex"), origin, key, ledger, accounts };
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const lines = [
    `${counted(checkpoint.size, "entry is|entries are")} what was written; the checkpoint is signed by ${source.keyId}.`,
    ...(source.keyKnown ? [] : ["Whether that is the node's key was not looked at: give it with --node-key."]),
    typeof tables === "string"
      ? `The budget ledger was not compared: ${tables}`
      : `The budget ledger agrees with the log (${counted(accounts.length, "account")}).`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** `flamenco-node audit export FOLDER` @throws FLM_FILE_EXISTS, FLM_AUDIT_DIVERGED: nothing is exported then */
export async function exportAudit(folder: string, { dataDir, json }: AuditExportOptions): Promise<void> {
  const source = await findLog({ dataDir, json });
  if ((await readdir(folder).catch(() => [])).length > 0) {
    throw new FlamencoError("FLM_FILE_EXISTS", `${folder} is not empty; nothing was exported.`);
  }
  const replayed = await replay(source, () => undefined);
  await exportLog(source.files, openLogFiles(folder), replayed);
  const { size } = replayed.checkpoint;
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: "exported", size, keyId: source.keyId, folder })}\n`
      : `${size} entries were exported to ${folder}.\nAnybody verifies them with: flamenco audit verify --from ${folder} --node-key ${source.keyId}\n`,
  );
}
