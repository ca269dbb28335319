import { join } from "node:path";
import type { Field } from "@flamenco/policies/wire";
import { truthColumn } from "@flamenco/policies/wire";
import { partitionFile } from "../datasets/index.js";
import type { ImportDatabase } from "./import-database.js";
import { importLimits } from "./limits.js";
import { sqlName, sqlText } from "./sql.js";

/**
 * Write the kept rows as Parquet (zstd), in time order when every row has a time, else as they were read.
 * @param truth SQL of the ground truth, or null for none.
 * @returns rows of each partition, in order.
 */
export async function writePartitions(
  database: ImportDatabase,
  directory: string,
  options: {
    fields: readonly Field[];
    timeField: string | null;
    truth: string | null;
    rows: number;
    onWritten: (rows: number) => void;
  },
): Promise<number[]> {
  const { fields, timeField, truth, rows } = options;
  const order = timeField === null ? "place" : `${sqlName(timeField)}, place`;
  await database.run(
    `CREATE TABLE ordered AS SELECT place, row_number() OVER (ORDER BY ${order}) - 1 AS position FROM rows`,
  );
  const columns = fields.map(({ name }) => sqlName(name));
  if (truth !== null) columns.push(`${truth} AS ${sqlName(truthColumn)}`);
  const written: number[] = [];
  for (let start = 0; start < rows; start += importLimits.partitionRows) {
    const count = Math.min(importLimits.partitionRows, rows - start);
    const path = join(directory, partitionFile(written.length));
    await database.run(
      `COPY (SELECT ${columns.join(", ")} FROM rows JOIN ordered USING (place)
             WHERE position >= ${start} AND position < ${start + count} ORDER BY position)
       TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    written.push(count);
    options.onWritten(start + count);
  }
  return written;
}
