import { counted, isFlamencoError } from "@flamenco/policies/errors";
import type { AuditRecord } from "@flamenco/policies/wire";
import { describeDivergence, type LedgerTables, RecomputedLedger, readLedger } from "../audit/index.js";
import { parseLedgerAnswer } from "../http/index.js";
import { type AuditSourceOptions, findLog, replay } from "./audit-source.js";
import { describeEntry } from "./audit-text.js";
import { type PartAccess, withNodePart } from "./running-node.js";

export interface AuditVerifyOptions extends AuditSourceOptions {
  readonly json: boolean;
}

export interface AuditListOptions extends AuditVerifyOptions {
  readonly type?: string;
  readonly study?: string;
  readonly dataset?: string;
  readonly last?: number;
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
