import { FlamencoError } from "@flamenco/policies/errors";
import { sha256 } from "@flamenco/policies/trust";
import type { Database } from "./database.js";
import { runsMigration } from "./migrations/0001-runs.js";
import { quarantineMigration } from "./migrations/0002-quarantine.js";
import { wallsMigration } from "./migrations/0003-walls.js";
import { budgetMigration } from "./migrations/0004-budget.js";
import { approvalsMigration } from "./migrations/0005-approvals.js";

/** One step of the schema. Once released it never changes: a checksum stands beside it in the database. */
export interface Migration {
  readonly id: string;
  readonly statements: readonly string[];
}

/** Every step, in order. */
export const migrations: readonly Migration[] = Object.freeze([
  runsMigration,
  quarantineMigration,
  wallsMigration,
  budgetMigration,
  approvalsMigration,
]);

const checksumOf = (migration: Migration): string => sha256(migration.statements.join(";\n"));

interface AppliedRow {
  readonly id: string;
  readonly checksum: string;
}

function assertKnown(applied: readonly AppliedRow[], steps: readonly Migration[]): void {
  applied.forEach(({ id, checksum }, index) => {
    const step = steps[index];
    if (step === undefined || step.id !== id) {
      throw new FlamencoError(
        "FLM_DATABASE",
        `The database has step ${id}, which this version does not know: it is newer.`,
      );
    }
    if (checksumOf(step) !== checksum) {
      throw new FlamencoError("FLM_DATABASE", `Step ${id} of the database is not the one that this version holds.`);
    }
  });
}

/**
 * Bring the database to the newest schema: each missing step in one transaction, in order.
 * @throws FLM_DATABASE when the database is newer than this version, or a step was altered.
 */
export async function migrateDatabase(
  database: Database,
  now: () => Date,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  await database.query(
    "CREATE TABLE IF NOT EXISTS migrations (position integer PRIMARY KEY, id text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL)",
  );
  const applied = await database.query<AppliedRow>("SELECT id, checksum FROM migrations ORDER BY position");
  assertKnown(applied, steps);
  for (const [position, step] of steps.entries()) {
    if (position < applied.length) continue;
    await database.transaction(async (transaction) => {
      for (const statement of step.statements) await transaction.query(statement);
      await transaction.query("INSERT INTO migrations (position, id, checksum, applied_at) VALUES ($1, $2, $3, $4)", [
        position,
        step.id,
        checksumOf(step),
        now(),
      ]);
    });
  }
}
