import { FlamencoError } from "@flamenco/policies/errors";
import type { Database, Queryable } from "../storage/index.js";

/** A request that is to be paid for. Amounts are millionths of rho (zero-concentrated differential privacy). */
export interface Charge {
  /** Digest of what is asked of the dataset version: the same question has the same one, whoever asks. */
  readonly request: string;
  readonly study: string;
  readonly dataset: string;
  readonly version: string;
  /** Key id of whoever asks. */
  readonly collaborator: string;
  readonly microRho: number;
}

/** What may be spent, in millionths of rho. */
export interface BudgetCeilings {
  /** By one collaborator on one dataset version. */
  readonly collaboratorMicroRho: number;
  /** On the dataset: by all collaborators, over all of its versions. */
  readonly datasetMicroRho: number;
}

/** What is spent, in millionths of rho. */
export interface BudgetSpent {
  readonly collaboratorMicroRho: number;
  readonly datasetMicroRho: number;
}

/** A reservation as it is kept: it outlives the run that made it. */
export interface Reservation extends Charge {
  readonly reservedAt: Date;
  readonly releasedAt: Date | null;
}

/** What is spent of one account; the one with empty version and collaborator is the dataset's own. */
export interface BudgetAccount {
  readonly dataset: string;
  readonly version: string;
  readonly collaborator: string;
  /** In millionths of rho. */
  readonly spent: number;
}

/** What is drawn for a request, each once in its life. */
export type DrawnPart = "votes" | "counts" | "catalogue";

interface ReservationRow {
  readonly request: string;
  readonly study: string;
  readonly dataset: string;
  readonly version: string;
  readonly collaborator: string;
  readonly micro_rho: number;
  readonly reserved_at: Date;
  readonly released_at: Date | null;
}

const RESERVATION_COLUMNS = "request, study, dataset, version, collaborator, micro_rho, reserved_at, released_at";

const reservationOf = ({ micro_rho, reserved_at, released_at, ...row }: ReservationRow): Reservation => ({
  ...row,
  microRho: micro_rho,
  reservedAt: reserved_at,
  releasedAt: released_at,
});

/** The name under which a dataset's account as a whole stands in the place of a version and of a collaborator. */
const ALL = "";

/** Largest amount of one charge: the column holds 2^31 - 1. */
const MOST_MICRO_RHO = 1_000_000_000;

/**
 * The privacy budget in the database. An amount is spent when its reservation is committed, before any noise is drawn, and
 * is never given back. What is drawn for a request is drawn once: killed at any instruction, the process finds what was
 * drawn and goes on from there, or finds that a draw began and was lost, and draws no second time. So it is after a cut of
 * the power: a charge and the beginning of a draw are on the disk before noise is drawn.
 */
export class BudgetLedger {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Set an amount aside, unless this request was paid for already, by whomever.
   * @param along what the request needs besides, of the same study and dataset version: paid for together with it, or not at
   * all, and not where it was paid for already
   * @returns the reservation of `charge` that there is then
   * @throws FLM_BUDGET_EXHAUSTED: nothing is charged then
   */
  async reserve(charge: Charge, ceilings: BudgetCeilings, along: readonly Charge[] = []): Promise<Reservation> {
    const { dataset, version, collaborator } = charge;
    // In one order everywhere: two transactions never wait for each other's requests.
    const charges = [charge, ...along].sort((one, other) => (one.request < other.request ? -1 : 1));
    if (charges.some(({ microRho }) => !Number.isInteger(microRho) || microRho < 1 || microRho > MOST_MICRO_RHO)) {
      throw new FlamencoError("FLM_INTERNAL", "A charge is a whole number of millionths of rho.");
    }
    await this.#database.transaction(async (transaction) => {
      let microRho = 0;
      for (const one of charges) {
        // Of two equal requests at the same time the second waits here for the first.
        const added = await transaction.query(
          `INSERT INTO reservations (request, dataset, version, collaborator, study, micro_rho, reserved_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (request) DO NOTHING RETURNING request`,
          [one.request, dataset, version, collaborator, one.study, one.microRho, this.#now()],
        );
        if (added.length > 0) microRho += one.microRho;
      }
      if (microRho === 0) return;
      // The dataset's account first, everywhere: two reservations never wait for each other.
      await spend(transaction, [dataset, ALL, ALL], microRho, ceilings.datasetMicroRho, "dataset");
      await spend(
        transaction,
        [dataset, version, collaborator],
        microRho,
        ceilings.collaboratorMicroRho,
        "collaborator",
      );
    });
    // Also when it was reserved before: the process may have ended before this.
    await this.#database.flush();
    return this.readReservation(charge.request);
  }

  /** The reservation of a request, or undefined before it is paid for. */
  async findReservation(request: string): Promise<Reservation | undefined> {
    const [row] = await this.#database.query<ReservationRow>(
      `SELECT ${RESERVATION_COLUMNS} FROM reservations WHERE request = $1`,
      [request],
    );
    return row === undefined ? undefined : reservationOf(row);
  }

  /** @throws FLM_INTERNAL for a request that was not paid for */
  async readReservation(request: string): Promise<Reservation> {
    const reservation = await this.findReservation(request);
    if (reservation === undefined) throw new FlamencoError("FLM_INTERNAL", "The request was not paid for.");
    return reservation;
  }

  /**
   * What was drawn for a part of a request that is paid for; drawn now when it was not before. The beginning is on the disk
   * before the first random byte is read, the outcome before anybody sees it.
   * @param draw adds noise and gives what is kept: noisy values, never the exact ones or the noise
   * @throws FLM_RELEASE_INTERRUPTED when a draw was begun and lost
   */
  async drawOnce(request: string, part: DrawnPart, draw: () => string): Promise<string> {
    const begun = await this.#database.query(
      `INSERT INTO draws (request, part, begun_at) VALUES ($1, $2, $3)
       ON CONFLICT (request, part) DO NOTHING RETURNING request`,
      [request, part, this.#now()],
    );
    if (begun.length === 0) {
      const kept = await this.findDrawn(request, part);
      if (kept !== undefined) return kept;
      throw new FlamencoError(
        "FLM_RELEASE_INTERRUPTED",
        "The node was stopped while it drew noise for this request. It stays charged, and noise is not drawn again.",
      );
    }
    await this.#database.flush();
    const noisy = draw();
    await this.#database.query("UPDATE draws SET noisy = $3 WHERE request = $1 AND part = $2 AND noisy IS NULL", [
      request,
      part,
      noisy,
    ]);
    await this.#database.flush();
    return noisy;
  }

  /** What was drawn for a part of a request, or undefined. */
  async findDrawn(request: string, part: DrawnPart): Promise<string | undefined> {
    const [row] = await this.#database.query<{ noisy: string | null }>(
      "SELECT noisy FROM draws WHERE request = $1 AND part = $2",
      [request, part],
    );
    return row?.noisy ?? undefined;
  }

  /** Keep what is released for a request; what was kept first stays. @returns what is kept */
  async keepRelease(request: string, release: string): Promise<string> {
    await this.#database.query(
      "UPDATE reservations SET release = $2, released_at = $3 WHERE request = $1 AND release IS NULL",
      [request, release, this.#now()],
    );
    const kept = await this.findRelease(request);
    if (kept === undefined) throw new FlamencoError("FLM_INTERNAL", "A release was made of a request without budget.");
    return kept;
  }

  /** What was released for a request, or undefined. */
  async findRelease(request: string): Promise<string | undefined> {
    const [row] = await this.#database.query<{ release: string | null }>(
      "SELECT release FROM reservations WHERE request = $1",
      [request],
    );
    return row?.release ?? undefined;
  }

  /** What is spent on a dataset, and by one collaborator on one version of it. */
  async spent(dataset: string, version: string, collaborator: string): Promise<BudgetSpent> {
    const accounts = await this.listAccounts(dataset);
    const spentOn = (ofVersion: string, by: string) =>
      accounts.find((account) => account.version === ofVersion && account.collaborator === by)?.spent ?? 0;
    return { datasetMicroRho: spentOn(ALL, ALL), collaboratorMicroRho: spentOn(version, collaborator) };
  }

  /** Every account of a dataset, or of all. */
  async listAccounts(dataset?: string): Promise<BudgetAccount[]> {
    return this.#database.query(
      `SELECT dataset, version, collaborator, spent FROM budget_accounts
       WHERE dataset = $1 OR $1 IS NULL ORDER BY dataset, version, collaborator`,
      [dataset ?? null],
    );
  }

  /** Every reservation on a dataset, oldest first. */
  async listReservations(dataset: string, maximum: number): Promise<Reservation[]> {
    const rows = await this.#database.query<ReservationRow>(
      `SELECT ${RESERVATION_COLUMNS} FROM reservations WHERE dataset = $1 ORDER BY reserved_at DESC, request LIMIT $2`,
      [dataset, maximum],
    );
    return rows.map(reservationOf).reverse();
  }
}

/** Spend from one account, or throw so that the whole transaction is undone. The row stays locked until it ends. */
async function spend(
  transaction: Queryable,
  account: readonly [dataset: string, version: string, collaborator: string],
  microRho: number,
  ceiling: number,
  whose: "dataset" | "collaborator",
): Promise<void> {
  await transaction.query(
    "INSERT INTO budget_accounts (dataset, version, collaborator) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    account,
  );
  const paid = await transaction.query(
    `UPDATE budget_accounts SET spent = spent + $4
     WHERE dataset = $1 AND version = $2 AND collaborator = $3 AND spent <= $5 RETURNING spent`,
    [...account, microRho, ceiling - microRho],
  );
  if (paid.length === 0) {
    throw new FlamencoError(
      "FLM_BUDGET_EXHAUSTED",
      `What is left of the ${whose}'s privacy budget does not pay for this request. Nothing was charged.`,
    );
  }
}
