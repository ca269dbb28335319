import type { Database } from "@flamenco/server";

/** The database until statement `fatal` (with its effect or without); then nothing ever answers, as when the process died. */
export function dyingDatabase(
  database: Database,
  fatal: number,
  lastHasEffect: boolean,
  statements: { count: number },
): Database {
  const never = new Promise<never>(() => {});
  const die = async <T>(work: () => Promise<T>): Promise<T> => {
    statements.count += 1;
    if (statements.count < fatal) return work();
    if (statements.count === fatal && lastHasEffect) await work();
    return never;
  };
  return {
    ...database,
    query: (sql, values) => die(() => database.query(sql, values)),
    transaction: (work) => die(() => database.transaction(work)),
  };
}
