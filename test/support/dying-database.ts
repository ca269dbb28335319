import type { Database } from "@flamenco/server";

/** A database of a process that dies, and when it has. */
export interface DyingDatabase {
  readonly database: Database;
  readonly died: Promise<void>;
}

/**
 * The database until statement `fatal` (with its effect or without); then nothing ever answers, as when the process died.
 * @param statements counts them
 */
export function dyingDatabase(
  database: Database,
  fatal: number,
  lastHasEffect: boolean,
  statements = { count: 0 },
): DyingDatabase {
  const never = new Promise<never>(() => {});
  let tell = () => {};
  const died = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const die = async <T>(work: () => Promise<T>): Promise<T> => {
    statements.count += 1;
    if (statements.count < fatal) return work();
    if (statements.count === fatal && lastHasEffect) await work();
    tell();
    return never;
  };
  const dying: Database = {
    ...database,
    query: (sql, values) => die(() => database.query(sql, values)),
    transaction: (work) => die(() => database.transaction(work)),
  };
  return { database: dying, died };
}
