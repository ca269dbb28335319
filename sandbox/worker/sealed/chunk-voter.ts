import { type ColumnChunk, ColumnReader } from "../../columns/index.js";
import { KernelRunner } from "../../isolate/index.js";
import { combinePatternCodes, histogramOf, type SplitHistograms } from "../../labeling/index.js";
import { sandboxLimits } from "../../limits.js";
import { sampleRows, selectSplit, splitRows } from "../../preprocess/index.js";
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

  async vote(number: number): Promise<ChunkVotes> {
    const { kernels, seed, version } = this.#plan;
    const chunk = chunkOf(version.manifest, number);
    const data = await this.#reader.read(chunk.first, chunk.rows);
    const words = this.#runners.flatMap((runner, index) => {
      const { fields, segmentStatistics } = kernels[index]!;
      const columns = fields.map((field) => data.columns.get(field)!);
      return segmentStatistics === null || data.segments === null
        ? runner.run(columns, chunk.rows)
        : runner.runSegments(columns, data.segments, segmentStatistics);
    });
    const { histogram, patternOfRow } = combinePatternCodes(words, chunk.rows);
    const chunkSeed = (seed + number * SEED_STEP) % 2 ** 32;
    const parts = data.parts ?? splitRows({ rows: chunk.rows, truth: data.truth, seed: chunkSeed, preset: "flow" });
    const masks = {
      train: selectSplit(parts, "train"),
      validation: selectSplit(parts, "validation"),
      test: selectSplit(parts, "test"),
    };
    const count = (mask: Uint8Array) => histogramOf(patternOfRow, histogram, mask, data.truth);
    const total = version.manifest.rows;
    const rows = [
      ...sampleRows(masks.train, quotaOf(sandboxLimits.sampledTrainingRows, chunk, total), chunkSeed),
      ...sampleRows(masks.validation, quotaOf(sandboxLimits.sampledValidationRows, chunk, total), chunkSeed),
    ];
    return {
      rows: chunk.rows,
      histograms: { train: count(masks.train), validation: count(masks.validation), test: count(masks.test) },
      sample: takeRows(data, parts, patternOfRow, rows),
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

function takeRows(
  { columns, truth }: ColumnChunk,
  parts: Uint8Array,
  patternOfRow: Int32Array,
  rows: readonly number[],
): SampledRows {
  return {
    columns: new Map([...columns].map(([field, values]) => [field, Float64Array.from(rows, (row) => values[row]!)])),
    truth: Int8Array.from(rows, (row) => truth[row]!),
    parts: Uint8Array.from(rows, (row) => parts[row]!),
    patternOfRow: Int32Array.from(rows, (row) => patternOfRow[row]!),
  };
}
