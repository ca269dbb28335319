import { join } from "node:path";
import type { Field } from "@flamenco/policies/wire";
import { truthColumn } from "@flamenco/policies/wire";
import { partitionFile } from "../datasets/index.js";
import type { ImportDatabase } from "./import-database.js";
import { Lanes } from "./lanes.js";
import { importLimits } from "./limits.js";
import { sqlName, sqlText } from "./sql.js";

interface PartitionOptions {
  readonly fields: readonly Field[];
  readonly timeField: string | null;
  /** SQL of the ground truth, or null for none. */
  readonly truth: string | null;
  /** The rows are those of a plain scan: only then do they come in the same order every time. */
  readonly isScan: boolean;
  /** Reserved columns that the rows have. */
  readonly reserved: readonly string[];
  readonly rows: number;
  readonly onWritten: (rows: number) => void;
}

/**
 * Write the kept rows as Parquet (zstd), in time order when every row has a time, else as they were read. Rows that were read
 * in that order are not sorted.
 * @returns rows of each partition, in order.
 */
export async function writePartitions(
  database: ImportDatabase,
  directory: string,
  options: PartitionOptions,
): Promise<number[]> {
  const { fields, timeField, truth, rows } = options;
  const keys = timeField === null ? ["place"] : [sqlName(timeField), "place"];
  const sorted = options.isScan && (await isSorted(database, keys));
  const starts = await partitionStarts(database, keys, rows);
  const columns = [...fields.map(({ name }) => name), ...options.reserved].map(sqlName);
  if (truth !== null) columns.push(`${truth} AS ${sqlName(truthColumn)}`);
  const sizes = starts.map((_, index) =>
    Math.min(importLimits.partitionRows, rows - index * importLimits.partitionRows),
  );
  // A sort takes all the memory and all the threads that there are.
  const lanes = new Lanes(sorted ? database.lanes : 1);
  let done = 0;
  for (const [index, size] of sizes.entries()) {
    await lanes.start(async (lane) => {
      const path = join(directory, partitionFile(index));
      const range = rangeSql(keys, starts[index] ?? null, starts[index + 1] ?? null);
      const written = await database.number(
        `COPY (SELECT ${columns.join(", ")} FROM rows WHERE ${range} ${sorted ? "" : `ORDER BY ${keys.join(", ")}`})
         TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
        lane,
      );
      if (written !== size) throw new RangeError("a partition has other rows than it should");
      done += size;
      options.onWritten(done);
    });
  }
  await lanes.settle();
  return sizes;
}

/** Whether the rows, as they are staged, are in the order of the keys. */
async function isSorted(database: ImportDatabase, keys: readonly string[]): Promise<boolean> {
  const before = keys.map((key, index) => `lag(${key}) OVER () AS before${index}`);
  const isAfter = `(${keys.join(", ")}) < (${keys.map((_, index) => `before${index}`).join(", ")})`;
  const unsorted = await database.number(
    `SELECT count(*)::DOUBLE FROM (SELECT ${[...keys, ...before].join(", ")} FROM rows) WHERE before0 IS NOT NULL AND ${isAfter}`,
  );
  return unsorted === 0;
}

/** Keys of the first row of each partition but the first, whose entry is null. */
async function partitionStarts(
  database: ImportDatabase,
  keys: readonly string[],
  rows: number,
): Promise<(readonly number[] | null)[]> {
  if (rows <= importLimits.partitionRows) return [null];
  const starts = await database.query(
    `SELECT ${keys.map((key) => `${key}::DOUBLE`).join(", ")} FROM (
       SELECT ${keys.join(", ")}, row_number() OVER (ORDER BY ${keys.join(", ")}) - 1 AS position FROM rows
     ) WHERE position > 0 AND position % ${importLimits.partitionRows} = 0 ORDER BY position`,
  );
  return [null, ...(starts as number[][])];
}

/** Rows from one key on and before another one. The first part alone also says which row groups need not be read. */
function rangeSql(keys: readonly string[], from: readonly number[] | null, to: readonly number[] | null): string {
  const [first = "", ...rest] = keys;
  // With an exponent, DuckDB reads a DOUBLE instead of a decimal number.
  const literal = (value: number | undefined) => (value ?? 0).toExponential();
  const bound = (values: readonly number[] | null, strict: "<" | ">", last: "<" | ">=") => {
    if (values === null) return [];
    if (rest[0] === undefined) return [`${first} ${last} ${literal(values[0])}`];
    const start = literal(values[0]);
    const tie = `${first} = ${start} AND ${rest[0]} ${last} ${literal(values[1])}`;
    return [`${first} ${strict}= ${start}`, `(${first} ${strict} ${start} OR (${tie}))`];
  };
  return ["true", ...bound(from, ">", ">="), ...bound(to, "<", "<")].join(" AND ");
}
