import { canonicalJson } from "@flamenco/policies/trust";
import type { AuditEntry, AuditRecord } from "@flamenco/policies/wire";
import type { LedgerTables, SpentAccount } from "./ledger-tables.js";
import type { Divergence } from "./log-replay.js";

type ReservationEntry = Extract<AuditEntry, { type: "reservation" }>;

/**
 * The budget ledger recomputed from the audit log alone: every reservation counts once, for its dataset and for its
 * collaborator on the dataset's version. Amounts in millionths of rho, whole: sums are exact.
 */
export class RecomputedLedger {
  readonly #reservations = new Map<string, { readonly index: number; readonly entry: ReservationEntry }>();

  /** Take a record of the log; those that reserve nothing change nothing. */
  take({ index, entry }: AuditRecord): void {
    if (entry.type === "reservation" && !this.#reservations.has(entry.request)) {
      this.#reservations.set(entry.request, { index, entry });
    }
  }

  /** What is spent, by account. */
  accounts(): SpentAccount[] {
    const spent = new Map<string, SpentAccount>();
    const add = (dataset: string, version: string, collaborator: string, microRho: number) => {
      const name = `${dataset} ${version} ${collaborator}`;
      const before = spent.get(name)?.microRho ?? 0;
      spent.set(name, { dataset, version, collaborator, microRho: before + microRho });
    };
    for (const { entry } of this.#reservations.values()) {
      const { dataset, collaborator, microRho } = entry;
      add(dataset.name, "", "", microRho);
      add(dataset.name, dataset.version, collaborator ?? "", microRho);
    }
    return [...spent.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, account]) => account);
  }

  /** Hold the database's ledger against the log. @returns where they first differ, or undefined when they agree */
  compare({ reservations, accounts }: LedgerTables): Divergence | undefined {
    const kept = new Map(
      reservations.flatMap(({ entry }) => (entry.type === "reservation" ? [[entry.request, entry]] : [])),
    );
    for (const { index, entry } of this.#reservations.values()) {
      const other = kept.get(entry.request);
      if (other === undefined) return { index, why: "the ledger has no such reservation" };
      if (canonicalJson(other) !== canonicalJson(entry)) return { index, why: "the ledger has another reservation" };
    }
    const unlogged = [...kept.keys()].find((request) => !this.#reservations.has(request));
    if (unlogged !== undefined) {
      return { index: null, why: `the ledger has a reservation that the log lacks (request ${unlogged})` };
    }
    const amounts = new Map(accounts.map((account) => [nameOf(account), account.microRho]));
    const wrong = this.accounts().find((account) => amounts.get(nameOf(account)) !== account.microRho);
    if (wrong === undefined && amounts.size === this.accounts().length) return undefined;
    const whose = wrong === undefined ? "an account without reservations" : `the account of ${nameOf(wrong)}`;
    return { index: null, why: `${whose} is not the sum of its reservations` };
  }
}

const nameOf = ({ dataset, version, collaborator }: SpentAccount): string =>
  `dataset ${dataset}${version === "" ? "" : ` version ${version}`}${collaborator === "" ? "" : ` for ${collaborator}`}`;
