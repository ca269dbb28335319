import { publicKeyOf } from "@flamenco/policies/trust";
import type { AuditEntry } from "@flamenco/policies/wire";
import type { Queryable } from "../storage/index.js";

/** An entry that says that budget was set aside. */
export type ReservationEntry = Extract<AuditEntry, { type: "reservation" }>;

/** What is spent of one account, in millionths of rho. An empty version and collaborator: of the dataset as a whole. */
export interface SpentAccount {
  readonly dataset: string;
  readonly version: string;
  readonly collaborator: string;
  readonly microRho: number;
}

interface ReservationRow {
  readonly request: string;
  readonly study: string;
  readonly dataset: string;
  readonly version: string;
  readonly collaborator: string;
  readonly micro_rho: number;
}

/**
 * Reservations of the budget ledger, in the order in which they were made. An auditor reads the tables, not through the
 * program that it audits.
 */
export async function readReservations(database: Queryable): Promise<ReservationEntry[]> {
  const rows = await database.query<ReservationRow>(
    "SELECT request, study, dataset, version, collaborator, micro_rho FROM reservations ORDER BY reserved_at, request",
  );
  return rows.map(({ request, study, dataset, version, collaborator, micro_rho }) => ({
    type: "reservation",
    request,
    study: study === "" ? null : study,
    collaborator: isKeyId(collaborator) ? collaborator : null,
    dataset: { name: dataset, version },
    microRho: micro_rho,
  }));
}

/** Accounts of the budget ledger. */
export async function readAccounts(database: Queryable): Promise<SpentAccount[]> {
  const rows = await database.query<Omit<SpentAccount, "microRho"> & { readonly spent: number }>(
    "SELECT dataset, version, collaborator, spent FROM budget_accounts WHERE spent > 0 ORDER BY dataset, version, collaborator",
  );
  return rows.map(({ spent, ...account }) => ({ ...account, microRho: spent }));
}

function isKeyId(text: string): boolean {
  try {
    return publicKeyOf(text).length > 0;
  } catch {
    return false;
  }
}
