import type { ClassifierSpec, DatasetManifest, DatasetStatistics } from "@flamenco/policies/wire";
import type { ColumnRequest, DatasetVersion } from "../../columns/index.js";
import type { PackedKernel } from "../../isolate/index.js";
import { sandboxLimits } from "../../limits.js";
import type { JobPackage } from "./job-packages.js";
import { type LearningPlan, planLearning } from "./learning-sample.js";

/** A kernel with all that it reads beside the rows, and the fields of the rows that it reads. */
export interface PlannedKernel extends PackedKernel {
  readonly fields: readonly string[];
  /** Its statistics segment after segment, in the segments' order; null when the whole dataset is the one segment. */
  readonly segmentStatistics: Float64Array | null;
}

/**
 * Everything that a thread needs to vote on any chunk of the dataset. Plain data: it is copied to each thread. Chunks are
 * the same whatever the number of threads and however the rows lie in partitions, and so are the results.
 */
export interface VotePlan {
  readonly version: DatasetVersion;
  /** Fields that LFs read, then those that the end classifier reads besides. */
  readonly request: ColumnRequest;
  /** Fields that LFs read. */
  readonly lfFields: readonly string[];
  /** What the end classifier needs; null where none is asked for. */
  readonly learning: LearningPlan | null;
  /** One for each package, in the job's order. */
  readonly kernels: readonly PlannedKernel[];
  readonly lfCount: number;
  readonly labelCount: number;
  readonly seed: number;
}

/** Consecutive rows of the dataset. */
export interface Chunk {
  readonly number: number;
  readonly first: number;
  readonly rows: number;
}

/** What labeling functions compare with: statistics of the whole, and of each segment where it is divided. */
export interface VoteStatistics {
  readonly whole: DatasetStatistics;
  readonly segments: readonly DatasetStatistics[] | null;
}

/**
 * The plan of a run over a dataset version.
 * @param given what its functions compare with
 * @param endClassifier what the job asks for, if it does
 */
export function planVotes(
  packages: readonly JobPackage[],
  version: DatasetVersion,
  given: VoteStatistics,
  labels: readonly string[],
  seed: number,
  endClassifier?: ClassifierSpec,
): VotePlan {
  const categories = new Map<string, string[]>();
  const placeOf = (field: string, value: string): number => {
    const texts = categories.get(field) ?? [];
    categories.set(field, texts);
    return texts.includes(value) ? texts.indexOf(value) : texts.push(value) - 1;
  };
  const kernels = packages.map(({ kernel, lfs }): PlannedKernel => {
    const { source, words, base, lfsPerWord, columns } = kernel;
    const statisticsOf = (statistics: DatasetStatistics) =>
      kernel.statistics.map(({ field, statistic }) => statisticOf(statistics, field, statistic));
    return {
      kernel: {
        source,
        words,
        columnCount: columns.length,
        statistics: statisticsOf(given.whole),
        categories: kernel.categories.map(({ field, value }) => placeOf(field, value)),
      },
      base,
      lfsOfWord: Array.from({ length: words }, (_, word) => Math.min(lfsPerWord, lfs.length - word * lfsPerWord)),
      fields: columns,
      segmentStatistics: given.segments === null ? null : Float64Array.from(given.segments.flatMap(statisticsOf)),
    };
  });
  const lfFields = [...new Set(kernels.flatMap((kernel) => kernel.fields))];
  const learning = endClassifier === undefined ? null : planLearning(endClassifier, version.manifest);
  const fields = [...new Set([...lfFields, ...(learning?.features ?? [])])];
  return {
    version,
    request: { fields, categories, labels },
    lfFields,
    learning,
    kernels,
    lfCount: packages.reduce((sum, { lfs }) => sum + lfs.length, 0),
    labelCount: labels.length,
    seed,
  };
}

/** A statistic as it is given; a missing one is NaN, which makes an LF that meets it abstain. */
function statisticOf(statistics: DatasetStatistics, field: string, name: keyof DatasetStatistics[string]): number {
  return statistics[field]?.[name] ?? Number.NaN;
}

export function countChunks({ rows }: DatasetManifest): number {
  return Math.ceil(rows / sandboxLimits.chunkRows);
}

export function chunkOf({ rows }: DatasetManifest, number: number): Chunk {
  const first = number * sandboxLimits.chunkRows;
  return { number, first, rows: Math.min(sandboxLimits.chunkRows, rows - first) };
}
