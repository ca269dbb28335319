import type { Database } from "../storage/index.js";

/**
 * Package bundles by id, so that a run that was accepted can be taken up again without the registry. A cached bundle is
 * opened and verified again whenever it is used: a damaged or altered copy is refused like any other.
 */
export class PackageCache {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** The bundle as it was kept, or undefined. */
  async find(id: string): Promise<unknown> {
    const [row] = await this.#database.query<{ bundle: string }>("SELECT bundle FROM packages WHERE id = $1", [id]);
    return row === undefined ? undefined : JSON.parse(row.bundle);
  }

  async keep(id: string, bundle: unknown): Promise<void> {
    await this.#database.query(
      "INSERT INTO packages (id, bundle, fetched_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
      [id, JSON.stringify(bundle), this.#now()],
    );
  }
}
