import type { ColumnStatistics, DatasetStatistics, Field } from "@flamenco/policies/wire";
import type { ImportDatabase } from "./import-database.js";
import { importLimits } from "./limits.js";
import { sqlName, sqlText } from "./sql.js";

/** Percentiles of a column, by their names on the wire. */
export const percentiles = Object.freeze({ p5: 0.05, p10: 0.1, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95 });
const shares = Object.values(percentiles);

/**
 * Statistics of every numeric column over its present values, from the Parquet files themselves: count, mean, standard
 * deviation (n-1), percentiles by linear interpolation between the closest ranks. The same files give the same numbers to
 * the last bit: sums run over the rows in order, on one thread, and percentiles do not depend on the order.
 */
export async function computeStatistics(
  database: ImportDatabase,
  files: readonly string[],
  fields: readonly Field[],
  onDone: (columns: number) => void,
): Promise<DatasetStatistics> {
  const numeric = fields.filter(({ type }) => type === "number" || type === "integer").map(({ name }) => name);
  const source = `read_parquet([${files.map(sqlText).join(", ")}])`;
  const moments = await momentsOf(database, source, numeric);
  const statistics: DatasetStatistics = {};
  for (let start = 0; start < numeric.length; start += importLimits.sortedColumns) {
    const names = numeric.slice(start, start + importLimits.sortedColumns);
    const values = await percentilesOf(
      database,
      source,
      names.map((name) => ({ name, count: moments[name]?.count ?? 0 })),
    );
    names.forEach((name, index) => {
      const entries = Object.keys(percentiles).map((percentile, at) => [percentile, values[index]?.[at] ?? null]);
      statistics[name] = { ...moments[name], ...Object.fromEntries(entries) } as ColumnStatistics;
    });
    onDone(start + names.length);
  }
  return statistics;
}

/**
 * Percentiles of columns as `quantile_cont` gives them, from sorts of the columns: they spill where memory ends.
 * @param columns name, and number of present values
 */
async function percentilesOf(
  database: ImportDatabase,
  source: string,
  columns: readonly { readonly name: string; readonly count: number }[],
): Promise<number[][]> {
  const ranks = columns.map(({ count }) => (count === 0 ? [] : shares.map((share) => (count - 1) * share)));
  const sorts = columns.map(({ name }, index) => {
    const wanted = (ranks[index] ?? []).flatMap((rank) => [Math.floor(rank), Math.ceil(rank)]);
    return `SELECT ${index}::DOUBLE, rank::DOUBLE, value FROM (
      SELECT ${sqlName(name)}::DOUBLE AS value, row_number() OVER (ORDER BY ${sqlName(name)}) - 1 AS rank
      FROM ${source} WHERE ${sqlName(name)} IS NOT NULL
    ) WHERE rank IN (${[-1, ...new Set(wanted)].join(", ")})`;
  });
  const found = await database.query(sorts.join(" UNION ALL "));
  const values = new Map(found.map(([index, rank, value]) => [`${index} ${rank}`, value as number]));
  return ranks.map((own, index) =>
    own.map((rank) => {
      const share = rank - Math.floor(rank);
      const [below, above] = [Math.floor(rank), Math.ceil(rank)].map((at) => values.get(`${index} ${at}`) as number);
      return (below as number) * (1 - share) + (above as number) * share;
    }),
  );
}

/** `count`, `mean` and `sd`; one value has no standard deviation, none has no mean. */
async function momentsOf(
  database: ImportDatabase,
  source: string,
  names: readonly string[],
): Promise<Record<string, Pick<ColumnStatistics, "count" | "mean" | "sd">>> {
  const columns = names.flatMap((name) => {
    const value = `${sqlName(name)}::DOUBLE`;
    return [`count(${value})::DOUBLE`, `avg(${value})`, `stddev_samp(${value})`];
  });
  const [row] = await database.withOneThread(() => database.query(`SELECT ${columns.join(", ")} FROM ${source}`));
  return Object.fromEntries(
    names.map((name, index) => {
      const [count, mean, sd] = (row ?? []).slice(3 * index) as (number | null)[];
      return [name, { count: count ?? 0, mean: mean ?? null, sd: sd ?? null }];
    }),
  );
}
