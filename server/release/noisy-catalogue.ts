import { addHistogramNoise, type ByteSource, deriveStatistics } from "@flamenco/policies/release";
import { canonicalJson } from "@flamenco/policies/trust";
import type { ColumnCounts, DatasetStatistics } from "@flamenco/policies/wire";
import type { CatalogueRequest } from "./catalogue-request.js";
import { assertColumnCounts } from "./count-checks.js";
import type { BudgetLedger } from "./ledger.js";

/** What the catalogue needs from the rest of the node. */
export interface CataloguePorts {
  readonly ledger: BudgetLedger;
  readonly bytes: ByteSource;
  /** Exact counts of a sealed worker, of these columns in their order. */
  readonly countColumns: (columns: readonly string[], perDecade: number) => Promise<ColumnCounts>;
}

/**
 * Statistics of the columns that a study compares with, from noisy counts that are kept: those that are not there yet are
 * counted and drawn now, each once in its life. They must be paid for. Two studies may not be here at the same time.
 * @param rows exact number of rows of the dataset version, which no column may exceed
 * @throws FLM_RELEASE_INTERRUPTED, FLM_WORKER_PROTOCOL, and what the worker throws
 */
export async function drawCatalogue(
  { columns, plan }: CatalogueRequest,
  rows: number,
  { ledger, bytes, countColumns }: CataloguePorts,
): Promise<DatasetStatistics> {
  const kept = new Map<string, string>();
  for (const { column, digest } of columns) {
    const noisy = await ledger.findDrawn(digest, "catalogue");
    if (noisy !== undefined) kept.set(column, noisy);
  }
  const missing = columns.filter(({ column }) => !kept.has(column));
  if (missing.length > 0) {
    const names = missing.map(({ column }) => column);
    const exact = await countColumns(names, plan.bins.perDecade);
    assertColumnCounts(exact, names, plan.bins.size, rows);
    for (const [index, { column, digest }] of missing.entries()) {
      const draw = () => canonicalJson(addHistogramNoise(exact.columns[index]!.bins, plan.noise, bytes));
      kept.set(column, await ledger.drawOnce(digest, "catalogue", draw));
    }
  }
  return Object.fromEntries(
    columns.map(({ column, integers }) => [
      column,
      deriveStatistics(JSON.parse(kept.get(column)!) as number[], plan, integers),
    ]),
  );
}
