import type { AccountBook, DropReason } from "./account.js";
import type { ImportDatabase } from "./import-database.js";
import { importLimits } from "./limits.js";

/** Book and remove the rows whose cells gave a reason to drop them. */
export async function dropRejectedRows(database: ImportDatabase, book: AccountBook): Promise<void> {
  const drops = await database.query(
    `SELECT reason, count(*)::DOUBLE, min(place, ${importLimits.places})::DOUBLE[]
     FROM rows WHERE reason IS NOT NULL GROUP BY reason`,
  );
  for (const [reason, rows, places] of drops)
    book.drop(reason as DropReason, rows as number, places as readonly number[]);
  if (drops.length > 0) await database.run("DELETE FROM rows WHERE reason IS NOT NULL");
}

/**
 * Drop rows that repeat an earlier one: same flow, same time, same text in every cell but the row number. The first stays.
 * Rows of files that do not name their flows have no key: two of them that look alike may be two flows.
 */
export async function dropDuplicates(database: ImportDatabase, book: AccountBook): Promise<void> {
  await database.run(
    `CREATE TABLE repeated AS
     SELECT place FROM rows JOIN (
       SELECT identical, min(place) AS first FROM rows WHERE identical IS NOT NULL GROUP BY identical HAVING count(*) > 1
     ) USING (identical) WHERE place > first`,
  );
  const [found] = await database.query(
    `SELECT count(*)::DOUBLE, coalesce(min(place, ${importLimits.places}), [])::DOUBLE[] FROM repeated`,
  );
  const [rows, places] = found as [number, readonly number[]];
  if (rows === 0) return;
  book.drop("duplicate", rows, places);
  await database.run("DELETE FROM rows WHERE place IN (SELECT place FROM repeated)");
}
