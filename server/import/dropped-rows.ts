import type { AccountBook, DropReason } from "./account.js";
import type { ImportDatabase } from "./import-database.js";
import { importLimits } from "./limits.js";

/** Book the rows whose cells gave a reason to drop them; the view `rows` is without them. */
export async function bookRejectedRows(database: ImportDatabase, book: AccountBook): Promise<void> {
  const drops = await database.query(
    `SELECT reason, count(*)::DOUBLE, min(shown, ${importLimits.places})::DOUBLE[]
     FROM staged WHERE reason IS NOT NULL GROUP BY reason`,
  );
  for (const [reason, rows, places] of drops)
    book.drop(reason as DropReason, rows as number, places as readonly number[]);
}

/**
 * Drop rows that repeat an earlier one: same flow, same time, same values in every cell but the row number. The first stays.
 * Rows of files that do not name their flows have no key: two of them that look alike may be two flows.
 * @returns how many there were
 */
export async function dropDuplicates(database: ImportDatabase, book: AccountBook): Promise<number> {
  await database.run(
    `CREATE TABLE repeated AS
     SELECT place, shown FROM rows JOIN (
       SELECT key, other_key, min(place) AS first FROM rows WHERE key IS NOT NULL GROUP BY ALL HAVING count(*) > 1
     ) USING (key, other_key) WHERE place > first`,
  );
  const [found] = await database.query(
    `SELECT count(*)::DOUBLE, coalesce(min(shown, ${importLimits.places}), [])::DOUBLE[] FROM repeated`,
  );
  const [rows, places] = found as [number, readonly number[]];
  if (rows === 0) return 0;
  book.drop("duplicate", rows, places);
  await database.run(
    "CREATE OR REPLACE VIEW rows AS SELECT * FROM staged ANTI JOIN repeated USING (place) WHERE reason IS NULL",
  );
  return rows;
}
