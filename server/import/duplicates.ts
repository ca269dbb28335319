import type { AccountBook } from "./account.js";
import type { ImportDatabase } from "./import-database.js";
import { importLimits } from "./limits.js";

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
  if (rows > 0) {
    book.drop("duplicate", rows, places);
    await database.run("DELETE FROM rows WHERE place IN (SELECT place FROM repeated)");
  }
}
