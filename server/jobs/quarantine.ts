import { type ErrorCode, FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import type { PackageReference } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import type { Database } from "../storage/index.js";

/** A package that was in runs whose worker crashed. */
export interface CrashedPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly crashes: number;
  /** How the last one ended. */
  readonly lastCode: string;
  readonly lastAt: Date;
  /** Studies that contain it are refused. */
  readonly quarantined: boolean;
}

/** Ends of a worker that a package can bring about. */
const crashCodes: readonly ErrorCode[] = [
  "FLM_WORKER_CRASHED",
  "FLM_WORKER_DEADLINE",
  "FLM_WORKER_MEMORY",
  "FLM_WORKER_PROTOCOL",
  "FLM_KERNEL_FAILED",
];

interface CrashRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly crashes: number;
  readonly last_code: string;
  readonly last_at: Date;
}

/**
 * Counts crashes by package, across restarts. Which package of a run is at fault cannot be told from outside, so each one
 * is charged: quarantine is refused work, not a judgment, and the operator lifts it.
 */
export class Quarantine {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** Charge the packages of a run whose worker failed, if it failed in a way that a package can bring about. */
  async charge(packages: readonly PackageReference[], error: unknown): Promise<void> {
    if (!isFlamencoError(error) || !crashCodes.includes(error.code)) return;
    // One order for all: two runs that share packages must not wait for each other.
    const sorted = [...packages].sort((one, other) => (one.id < other.id ? -1 : 1));
    await this.#database.transaction(async (transaction) => {
      for (const { id, name, version } of sorted) {
        await transaction.query(
          `INSERT INTO package_crashes (id, name, version, crashes, last_code, last_at) VALUES ($1, $2, $3, 1, $4, $5)
           ON CONFLICT (id) DO UPDATE SET crashes = package_crashes.crashes + 1, last_code = $4, last_at = $5`,
          [id, name, version, error.code, this.#now()],
        );
      }
    });
  }

  /** @throws FLM_PACKAGE_QUARANTINED naming each package of these that is in quarantine */
  async assertFree(packages: readonly PackageReference[]): Promise<void> {
    const ids = new Set(packages.map(({ id }) => id));
    const held = (await this.list()).filter(({ id, quarantined }) => quarantined && ids.has(id));
    if (held.length === 0) return;
    throw new FlamencoError(
      "FLM_PACKAGE_QUARANTINED",
      `This node does not run ${held.map(({ name, version }) => `${name}@${version}`).join(", ")}: its sealed worker crashed with it. The operator lifts this with \`flamenco node quarantine lift ID\`.`,
      {
        details: held.map(({ id, name, version, crashes, lastCode }) => ({
          at: `${name}@${version}`,
          message: `${crashes} crashes, the last one ${lastCode}; id ${id}`,
        })),
      },
    );
  }

  /** Every package that was charged, the newest crash first. */
  async list(): Promise<CrashedPackage[]> {
    const rows = await this.#database.query<CrashRow>("SELECT * FROM package_crashes ORDER BY last_at DESC, id");
    return rows.map(({ id, name, version, crashes, last_code, last_at }) => ({
      id,
      name,
      version,
      crashes,
      lastCode: last_code,
      lastAt: last_at,
      quarantined: crashes >= limits.crashesPerPackage,
    }));
  }

  /** Forget the crashes of a package. @returns false when it has none */
  async lift(id: string): Promise<boolean> {
    const rows = await this.#database.query("DELETE FROM package_crashes WHERE id = $1 RETURNING id", [id]);
    return rows.length > 0;
  }
}
