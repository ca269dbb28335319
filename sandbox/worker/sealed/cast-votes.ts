import type { DatasetManifest, DatasetStatistics } from "@flamenco/policies/wire";
import type { Column, LoadedColumns } from "../../columns/index.js";
import { type CodeWords, runKernel } from "../../isolate/index.js";
import type { ReportProgress } from "./channel.js";
import type { JobPackage } from "./job-packages.js";

/** What the packages' kernels read beside the rows. */
interface KernelInputs {
  readonly columns: readonly Float64Array[];
  readonly statistics: readonly number[];
  readonly categories: readonly number[];
}

const columnOf = (loaded: LoadedColumns, field: string): Column => loaded.columns.get(field)!;

/** Statistics as the manifest has them; a missing one is NaN, which makes an LF that meets it abstain. */
function statisticOf(statistics: DatasetStatistics, field: string, name: keyof DatasetStatistics[string]): number {
  return statistics[field]?.[name] ?? Number.NaN;
}

function prepareInputs({ kernel }: JobPackage, loaded: LoadedColumns, manifest: DatasetManifest): KernelInputs {
  return {
    columns: kernel.columns.map((field) => columnOf(loaded, field).values),
    statistics: kernel.statistics.map(({ field, statistic }) => statisticOf(manifest.statistics, field, statistic)),
    categories: kernel.categories.map(({ field, value }) => columnOf(loaded, field).dictionary?.indexOf(value) ?? -1),
  };
}

/**
 * Votes of every LF on every row, an isolate a package, as code words in the packages' order.
 * @throws FLM_KERNEL_FAILED, FLM_WORKER_ENGINE
 */
export function castVotes(
  packages: readonly JobPackage[],
  loaded: LoadedColumns,
  manifest: DatasetManifest,
  report: ReportProgress,
): CodeWords[] {
  report("statistics", 0, packages.length);
  const inputs = packages.map((one) => prepareInputs(one, loaded, manifest));
  report("statistics", packages.length, packages.length);
  const { rows } = loaded;
  const total = rows * packages.length;
  report("votes", 0, total);
  const words = packages.flatMap(({ kernel, lfs }, index) => {
    const { columns, statistics, categories } = inputs[index]!;
    const lfsOfWord = Array.from({ length: kernel.words }, (_, word) =>
      Math.min(kernel.lfsPerWord, lfs.length - word * kernel.lfsPerWord),
    );
    const { source, words } = kernel;
    const run = {
      kernel: { source, columnCount: columns.length, statistics, categories, words },
      columns,
      base: kernel.base,
      lfsOfWord,
    };
    return runKernel(run, rows, (done) => report("votes", index * rows + done, total));
  });
  return words;
}
