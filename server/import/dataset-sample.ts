import type { DatasetManifest } from "@flamenco/policies/wire";
import { fieldOf, kindOf } from "@flamenco/policies/wire";
import { ColumnReader, openDatasetVersion } from "@flamenco/sandbox/columns";
import type { DatasetVersion } from "../datasets/index.js";
import { importLimits } from "./limits.js";

/** Some rows of a dataset version, its numeric columns alone; for the operator's own eyes. */
export interface DatasetSample {
  readonly rows: number;
  /** False: the sample is all rows. */
  readonly isPart: boolean;
  /** Missing values are NaN. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/**
 * All rows of a small version; of a large one, blocks of rows at even distances, so that every time of the dataset has its
 * share. Always the same rows.
 * @throws FLM_DATASET_CORRUPT
 */
export async function sampleDataset(
  { directory, version, manifest }: DatasetVersion,
  onRead: (rows: number, total: number) => void,
): Promise<DatasetSample> {
  const fields = numericColumns(manifest);
  const reader = await ColumnReader.open(await openDatasetVersion(directory, version), {
    fields,
    categories: new Map(),
    labels: [],
  });
  try {
    const blocks = blocksOf(manifest.rows);
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
    const columns = new Map(fields.map((name) => [name, new Float64Array(rows)]));
    let filled = 0;
    for (const block of blocks) {
      const chunk = await reader.read(block.first, block.rows);
      for (const [name, values] of chunk.columns) columns.get(name)?.set(values, filled);
      filled += block.rows;
      onRead(filled, rows);
    }
    return { rows, isPart: rows < manifest.rows, columns };
  } finally {
    reader.close();
  }
}

/** Columns that have statistics, in the manifest's order. */
export function numericColumns({ kind, columns }: DatasetManifest): string[] {
  return columns.filter((name) => {
    const type = fieldOf(kindOf(kind), name)?.type;
    return type === "number" || type === "integer";
  });
}

function blocksOf(rows: number): { first: number; rows: number }[] {
  const { sampleBlocks: count, sampleRows } = importLimits;
  if (rows <= sampleRows) return [{ first: 0, rows }];
  const size = Math.floor(sampleRows / count);
  return Array.from({ length: count }, (_, index) => ({
    first: Math.floor((index * (rows - size)) / (count - 1)),
    rows: size,
  }));
}
