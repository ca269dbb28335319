import type { AuditEntry } from "@flamenco/policies/wire";
import type { Queryable } from "../storage/index.js";
import type { AuditLog } from "./audit-log.js";
import { readReservations } from "./ledger-tables.js";

export interface StartRecordsOptions {
  readonly log: Pick<AuditLog, "append">;
  readonly database: Queryable;
  /** Digest of the policy set in force. */
  readonly policySet: string;
  /** Versions that studies may be run on. */
  readonly datasets: readonly { readonly name: string; readonly version: string }[];
}

/**
 * What a node records when it starts: its policies and datasets, where they changed, and whatever a killed process had in
 * its database and no longer brought to the log. All of it says what it said before where nothing changed, and is then in
 * the log already.
 */
export async function recordStart({ log, database, policySet, datasets }: StartRecordsOptions): Promise<void> {
  const entries: AuditEntry[] = [
    { type: "policies", policySet },
    ...datasets.map(({ name, version }) => describeDataset(name, version)),
    ...(await readReservations(database)).map(({ entry }) => entry),
    ...(await readRefusals(database)),
  ];
  await Promise.all(entries.map((entry) => log.append(entry)));
}

/** A dataset version that a node saw. */
export function describeDataset(name: string, version: string): AuditEntry {
  return { type: "dataset", dataset: { name, version } };
}

/** A run that ended without a release. */
export function describeRefusal(
  study: string,
  state: Extract<AuditEntry, { type: "refusal" }>["state"],
  code: string,
): AuditEntry {
  return { type: "refusal", study, state, code };
}

/** Ends of runs without a release, as the database has them. */
async function readRefusals(database: Queryable): Promise<AuditEntry[]> {
  const rows = await database.query<{
    study: string;
    state: Extract<AuditEntry, { type: "refusal" }>["state"];
    error: string | null;
  }>(
    `SELECT study, state, error FROM runs
     WHERE state IN ('refused', 'failed', 'cancelled', 'expired') ORDER BY updated_at, study`,
  );
  return rows.map(({ study, state, error }) =>
    describeRefusal(study, state, error === null ? "FLM_INTERNAL" : (JSON.parse(error) as { code: string }).code),
  );
}
