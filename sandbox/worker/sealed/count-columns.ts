import { ValueBins } from "@flamenco/policies/release";
import type { ColumnCounts, CountingRequest, WorkerJob } from "@flamenco/policies/wire";
import { ColumnReader, chooseContributions } from "../../columns/index.js";
import type { ReportProgress } from "./channel.js";
import { openVersion } from "./open-job.js";
import { chunkOf, countChunks } from "./vote-plan.js";

/**
 * Values of numeric columns in public bins, of the rows that the cap keeps: what the statistics catalogue is drawn from. Rows
 * of every part count, as they do in the statistics of a version. Progress counts chunks, not rows.
 * @throws FLM_DATASET_CORRUPT, FLM_DATASET_KIND, FLM_FIELD_MISSING, FLM_TOO_LARGE
 */
export async function countColumns(
  job: WorkerJob,
  { unit, rowsPerUnit, key }: CountingRequest,
  { columns, perDecade }: NonNullable<CountingRequest["catalogue"]>,
  report: ReportProgress,
): Promise<ColumnCounts> {
  const version = await openVersion(job);
  const choice = await chooseContributions(version, { unit, rowsPerUnit, key });
  const bins = new ValueBins(perDecade);
  const counts = new Map(columns.map((column) => [column, new Float64Array(bins.size)]));
  const reader = await ColumnReader.open(version, { fields: columns, categories: new Map(), labels: [] });
  const chunks = countChunks(version.manifest);
  report("statistics", 0, chunks);
  for (let number = 0; number < chunks; number++) {
    const { first, rows } = chunkOf(version.manifest, number);
    const data = await reader.read(first, rows);
    for (const [column, values] of data.columns) {
      bins.count(
        values.filter((_, row) => choice[first + row]! > 0),
        counts.get(column)!,
      );
    }
    report("statistics", number + 1, chunks);
  }
  reader.close();
  return {
    schema: "flamenco-column-counts/1",
    columns: columns.map((column) => ({ column, bins: [...counts.get(column)!] })),
  };
}
