import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import {
  findOutliers,
  type OutlierModel,
  type OutlierOptions,
  type Outliers,
  outlierLimits,
} from "../../outliers/index.js";
import { withColumn } from "../../preprocess/index.js";
import { answer } from "../answer.js";
import { toColumnTable, writeDataTable } from "../data-file.js";
import { type DataTable, readDataTable } from "../data-table.js";
import { interruptible } from "../interruption.js";
import { Progress } from "../progress.js";
import { toLine } from "../text-table.js";
import { readNumberOption, readSeed } from "./data-options.js";
import { reportOutliers } from "./outliers-report.js";
import { type OutlierRequest, type OutlierTable, readOutlierTable } from "./outliers-table.js";
import { renderOutliers } from "./outliers-text.js";

export interface OutlierCommandOptions extends OutlierRequest {
  readonly model: OutlierModel;
  readonly contamination?: string;
  readonly neighbors?: string;
  readonly trees?: string;
  readonly treeRows?: string;
  readonly unscaled?: true;
  readonly seed: string;
  readonly out?: string;
  readonly json?: true;
}

const scoreColumn = "outlierScore";
const flagColumn = "outlier";

/** Read a table, find its outliers, write and answer. */
export async function findOutliersInFile(path: string, options: OutlierCommandOptions): Promise<void> {
  const settings = readSettings(options);
  const file = await readDataTable(path);
  if (options.out !== undefined) assertColumnsFree(file);
  const table = readOutlierTable(file, options);
  const progress = new Progress("searched");
  const start = performance.now();
  const found = await interruptible((signal) =>
    findOutliers(table.samples, { ...settings, signal, onProgress: (share) => progress.tell(share) }),
  ).catch(adviseOnMissing);
  const seconds = (performance.now() - start) / 1000;
  if (options.out !== undefined) await writeFlags(options.out, file, table, found);
  const report = reportOutliers(table, found, settings.seed, seconds);
  answer(options.json === true, report, () => renderOutliers(report));
}

function adviseOnMissing(cause: unknown): never {
  if (!isFlamencoError(cause, "FLM_LEARN_MISSING")) throw cause;
  const advice = "Leave these rows out with --missing skip, or columns with --columns.";
  throw new FlamencoError("FLM_LEARN_MISSING", `${cause.message} ${advice}`, { cause });
}

function readSettings(options: OutlierCommandOptions): OutlierOptions {
  const read = (text: string | undefined, name: string, most: number): number | undefined =>
    text === undefined ? undefined : readNumberOption(text, name, { least: 1, most, whole: true });
  const neighbors = read(options.neighbors, "--neighbors", outlierLimits.neighbors);
  const trees = read(options.trees, "--trees", outlierLimits.trees);
  const treeRows = read(options.treeRows, "--tree-rows", outlierLimits.treeRows);
  const contamination =
    options.contamination === undefined
      ? undefined
      : readNumberOption(options.contamination, "--contamination", { least: 1e-6, most: 0.5 });
  return {
    model: options.model,
    seed: readSeed(options.seed),
    scale: options.unscaled !== true,
    ...(contamination === undefined ? {} : { contamination }),
    ...(neighbors === undefined ? {} : { neighbors }),
    ...(trees === undefined ? {} : { trees }),
    ...(treeRows === undefined ? {} : { treeRows }),
  };
}

function assertColumnsFree({ path, cells }: DataTable): void {
  const taken = [scoreColumn, flagColumn].find((name) => cells.has(name));
  if (taken === undefined) return;
  throw new FlamencoError(
    "FLM_USAGE",
    `${toLine(path)} has a column ${taken} already: write without it, or rename it.`,
  );
}

/** The file's table and two columns, empty for rows that were not looked at. */
async function writeFlags(out: string, file: DataTable, table: OutlierTable, found: Outliers): Promise<void> {
  const scores = new Float64Array(file.rows).fill(Number.NaN);
  const flags = new Float64Array(file.rows).fill(Number.NaN);
  for (const [index, row] of table.rows.entries()) {
    scores[row] = found.scores[index]!;
    flags[row] = found.flags[index]!;
  }
  const source = toColumnTable(file, { numbers: new Set(), texts: new Set(file.names) });
  await writeDataTable(out, withColumn(withColumn(source, scoreColumn, scores), flagColumn, flags), file, source);
}
