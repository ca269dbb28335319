import { AuditEntry, closed, Instant, MicroRho, Text } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import type { Queryable } from "../storage/index.js";

/** What is spent of one account. An empty version and collaborator: of the dataset as a whole. */
const SpentAccount = Type.Object(
  { dataset: Text(64), version: Text(64), collaborator: Text(64), microRho: MicroRho },
  closed,
);
export type SpentAccount = Static<typeof SpentAccount>;

/** The budget ledger as the database has it: its reservations as the audit log should have them, and what is spent. */
export const LedgerTables = Type.Object(
  {
    reservations: Type.Array(Type.Object({ reservedAt: Instant, entry: AuditEntry }, closed)),
    accounts: Type.Array(SpentAccount),
  },
  closed,
);
export type LedgerTables = Static<typeof LedgerTables>;

interface ReservationRow {
  readonly request: string;
  readonly study: string;
  readonly dataset: string;
  readonly version: string;
  readonly collaborator: string;
  readonly micro_rho: number;
  readonly reserved_at: Date;
}

/** Read the ledger. An auditor reads the tables, not through the program that it audits. */
export async function readLedger(database: Queryable): Promise<LedgerTables> {
  const accounts = await database.query<Omit<SpentAccount, "microRho"> & { readonly spent: number }>(
    "SELECT dataset, version, collaborator, spent FROM budget_accounts WHERE spent > 0 ORDER BY dataset, version, collaborator",
  );
  return {
    reservations: await readReservations(database),
    accounts: accounts.map(({ spent, ...account }) => ({ ...account, microRho: spent })),
  };
}

/** Reservations, in the order in which they were made. */
export async function readReservations(database: Queryable): Promise<LedgerTables["reservations"]> {
  const rows = await database.query<ReservationRow>(
    "SELECT request, study, dataset, version, collaborator, micro_rho, reserved_at FROM reservations ORDER BY reserved_at, request",
  );
  return rows.map(({ request, study, dataset, version, collaborator, micro_rho, reserved_at }) => ({
    reservedAt: reserved_at.toISOString(),
    entry: {
      type: "reservation",
      request,
      study,
      collaborator,
      dataset: { name: dataset, version },
      microRho: micro_rho,
    },
  }));
}
