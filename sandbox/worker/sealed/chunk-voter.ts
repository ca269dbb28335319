import { type ColumnChunk, ColumnReader } from "../../columns/index.js";
import { KernelRunner } from "../../isolate/index.js";
import {
  ABSTAIN,
  combinePatternCodes,
  histogramOf,
  type IndexedHistogram,
  type SplitHistograms,
  type VoteHistogram,
} from "../../labeling/index.js";
import { sandboxLimits } from "../../limits.js";
import { sampleRows, selectSplit, splitRows } from "../../preprocess/index.js";
import { type LearningPlan, type LearningSample, takeLearningSample } from "./learning-sample.js";
import { type Chunk, chunkOf, type VotePlan } from "./vote-plan.js";

/** Some rows with the columns that LFs read. They never leave the sealed worker. */
export interface SampledRows {
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Label index, -1 unknown. */
  readonly truth: Int8Array;
  /** Part of each row: 0 training, 1 validation. */
  readonly parts: Uint8Array;
  readonly patternOfRow: Int32Array;
}

/** What is kept of a chunk: the rows themselves are not. */
export interface ChunkVotes {
  readonly rows: number;
  readonly histograms: SplitHistograms;
  /** Patterns are those of this chunk's histograms. */
  readonly sample: SampledRows;
  /** What an end classifier learns from and is measured on; null where none is asked for. */
  readonly learning: LearningSample | null;
}

/** The rows of a chunk and the votes on them. */
export interface CastVotes extends IndexedHistogram {
  readonly chunk: Chunk;
  readonly data: ColumnChunk;
}

/** Votes on one chunk at a time. */
export interface Voter {
  /** @throws FLM_DATASET_CORRUPT, FLM_KERNEL_FAILED, FLM_TOO_LARGE */
  vote(chunk: number): Promise<ChunkVotes>;
  /** Give back memory; nothing may be in hand. */
  close(): void;
}

/** Reads a chunk's columns, runs every package's kernel over them, splits and counts; memory does not grow with chunks. */
export class ChunkVoter implements Voter {
  readonly #plan: VotePlan;
  readonly #reader: ColumnReader;
  readonly #runners: readonly KernelRunner[];

  private constructor(plan: VotePlan, reader: ColumnReader, runners: readonly KernelRunner[]) {
    this.#plan = plan;
    this.#reader = reader;
    this.#runners = runners;
  }

  /** @throws FLM_FIELD_MISSING, FLM_DATASET_CORRUPT, FLM_KERNEL_FAILED, FLM_WORKER_ENGINE */
  static async open(plan: VotePlan): Promise<ChunkVoter> {
    const reader = await ColumnReader.open(plan.version, plan.request);
    const runners: KernelRunner[] = [];
    try {
      for (const kernel of plan.kernels) runners.push(new KernelRunner(kernel));
      return new ChunkVoter(plan, reader, runners);
    } catch (error) {
      for (const runner of runners) runner.dispose();
      reader.close();
      throw error;
    }
  }

  /** Votes of every LF on the rows of a chunk. @throws as `vote` does */
  async cast(number: number): Promise<CastVotes> {
    const { kernels, version } = this.#plan;
    const chunk = chunkOf(version.manifest, number);
    const data = await this.#reader.read(chunk.first, chunk.rows);
    const words = this.#runners.flatMap((runner, index) => {
      const { fields, segmentStatistics } = kernels[index]!;
      const columns = fields.map((field) => data.columns.get(field)!);
      return segmentStatistics === null || data.segments === null
        ? runner.run(columns, chunk.rows)
        : runner.runSegments(columns, data.segments, segmentStatistics);
    });
    return { chunk, data, ...combinePatternCodes(words, chunk.rows) };
  }

  async vote(number: number): Promise<ChunkVotes> {
    const { learning, lfFields, seed, version } = this.#plan;
    const { chunk, data, histogram, patternOfRow } = await this.cast(number);
    const chunkSeed = (seed + number * SEED_STEP) % 2 ** 32;
    const parts = data.parts ?? splitRows({ rows: chunk.rows, truth: data.truth, seed: chunkSeed, preset: "flow" });
    const masks = {
      train: selectSplit(parts, "train"),
      validation: selectSplit(parts, "validation"),
      test: selectSplit(parts, "test"),
    };
    const count = (mask: Uint8Array) => histogramOf(patternOfRow, histogram, mask, data.truth);
    const total = version.manifest.rows;
    const draw = (mask: Uint8Array, size: number) => sampleRows(mask, quotaOf(size, chunk, total), chunkSeed);
    const rows = [
      ...draw(masks.train, sandboxLimits.sampledTrainingRows),
      ...draw(masks.validation, sandboxLimits.sampledValidationRows),
    ];
    const learningRows = ({ trainingRows, testRows }: LearningPlan) =>
      Int32Array.of(
        ...draw(selectVoted(masks.train, histogram, patternOfRow), trainingRows),
        ...draw(masks.test, testRows),
      );
    return {
      rows: chunk.rows,
      histograms: { train: count(masks.train), validation: count(masks.validation), test: count(masks.test) },
      sample: takeRows(data, lfFields, parts, patternOfRow, rows),
      learning: learning && takeLearningSample(learning, data, parts, patternOfRow, learningRows(learning)),
    };
  }

  close(): void {
    for (const runner of this.#runners) runner.dispose();
    this.#reader.close();
  }
}

/** Keeps the seeds of chunks apart (2^32 over the golden ratio); the first chunk has the run's own. */
const SEED_STEP = 0x9e3779b9;

/** The share of a chunk in a sample of `size` rows; over all chunks the shares sum to `size`. */
function quotaOf(size: number, { first, rows }: Chunk, total: number): number {
  return Math.floor((size * (first + rows)) / total) - Math.floor((size * first) / total);
}

/** Rows of a mask with at least one vote. */
function selectVoted(mask: Uint8Array, { lfCount, patterns }: VoteHistogram, patternOfRow: Int32Array): Uint8Array {
  const voted = Array.from({ length: patterns.length / lfCount }, (_, pattern) =>
    patterns.subarray(pattern * lfCount, (pattern + 1) * lfCount).some((vote) => vote !== ABSTAIN),
  );
  return mask.map((selected, row) => (selected !== 0 && voted[patternOfRow[row]!] ? 1 : 0));
}

function takeRows(
  { columns, truth }: ColumnChunk,
  fields: readonly string[],
  parts: Uint8Array,
  patternOfRow: Int32Array,
  rows: readonly number[],
): SampledRows {
  return {
    columns: new Map(
      fields.map((field) => [field, Float64Array.from(rows, (row) => columns.get(field)![row]!)] as const),
    ),
    truth: Int8Array.from(rows, (row) => truth[row]!),
    parts: Uint8Array.from(rows, (row) => parts[row]!),
    patternOfRow: Int32Array.from(rows, (row) => patternOfRow[row]!),
  };
}
