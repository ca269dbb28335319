import {
  type ColumnStatistics,
  type DatasetSegments,
  type DatasetStatistics,
  type Field,
  segmentColumn,
} from "@flamenco/policies/wire";
import type { ImportDatabase } from "./import-database.js";
import { importLimits } from "./limits.js";
import type { SegmentName } from "./segmentation.js";
import { sqlName, sqlText } from "./sql.js";
import { percentiles } from "./statistics.js";

/**
 * The statistics of every segment, from the Parquet files themselves; defined as those of the whole. One thread: sums run over
 * the rows in order.
 */
export async function describeSegments(
  database: ImportDatabase,
  files: readonly string[],
  fields: readonly Field[],
  names: readonly SegmentName[],
): Promise<DatasetSegments> {
  const numeric = fields.filter(({ type }) => type === "number" || type === "integer").map(({ name }) => name);
  const statistics = names.map((): DatasetStatistics => ({}));
  const source = `read_parquet([${files.map(sqlText).join(", ")}])`;
  await database.withOneThread(async () => {
    for (let start = 0; start < numeric.length; start += importLimits.percentileColumns) {
      const columns = numeric.slice(start, start + importLimits.percentileColumns);
      const rows = await database.query(
        `SELECT ${sqlName(segmentColumn)}::DOUBLE, ${columns.flatMap(aggregatesOf).join(", ")} FROM ${source} GROUP BY 1`,
      );
      for (const [segment, ...cells] of rows) {
        const own = statistics[segment as number];
        if (own === undefined) continue;
        columns.forEach((name, index) => {
          own[name] = statisticsOf(cells.slice(4 * index, 4 * index + 4));
        });
      }
    }
  });
  return {
    schema: "flamenco-segments/1",
    segments: names.map((name, index) => ({ ...name, statistics: statistics[index] ?? {} })),
  };
}

function aggregatesOf(name: string): string[] {
  const value = `${sqlName(name)}::DOUBLE`;
  return [
    `count(${value})::DOUBLE`,
    `avg(${value})`,
    `stddev_samp(${value})`,
    `quantile_cont(${value}, [${Object.values(percentiles).join(", ")}])::DOUBLE[]`,
  ];
}

function statisticsOf([count, mean, sd, quantiles]: readonly unknown[]): ColumnStatistics {
  const values = quantiles as readonly number[] | null;
  const entries = Object.keys(percentiles).map((percentile, at) => [percentile, values?.[at] ?? null]);
  return { count: count ?? 0, mean: mean ?? null, sd: sd ?? null, ...Object.fromEntries(entries) } as ColumnStatistics;
}
