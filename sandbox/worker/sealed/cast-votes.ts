import { SplitHistogramSum, type SplitHistograms } from "../../labeling/index.js";
import { sandboxLimits } from "../../limits.js";
import type { ReportProgress } from "./channel.js";
import { ChunkVoter, type ChunkVotes, type SampledRows, type Voter } from "./chunk-voter.js";
import { joinLearningSamples, type LearningSample } from "./learning-sample.js";
import { ThreadVoter } from "./thread-voter.js";
import { countChunks, type VotePlan } from "./vote-plan.js";

/** All that later stages know of the rows. */
export interface DatasetVotes {
  readonly histograms: SplitHistograms;
  /** Rows of the training and validation split, patterns numbered as in the histograms. */
  readonly sample: SampledRows;
  /** What an end classifier learns from and is measured on, patterns numbered alike; null where none is asked for. */
  readonly learning: LearningSample | null;
}

/**
 * Votes of every LF on every row, in one pass. Threads take chunk after chunk, what they found is added up in the chunks'
 * order: the result does not depend on how many there are, and memory does not grow with the rows.
 * @param threads at most so many; one votes in the calling thread
 * @throws FLM_DATASET_CORRUPT, FLM_KERNEL_FAILED, FLM_TOO_LARGE, FLM_WORKER_ENGINE, FLM_WORKER_MEMORY
 */
export async function castVotes(plan: VotePlan, threads: number, report: ReportProgress): Promise<DatasetVotes> {
  const { manifest } = plan.version;
  const chunks = countChunks(manifest);
  const sum = new ChunkSum(plan);
  let next = 0;
  report("votes", 0, manifest.rows);
  const work = async (voter: Voter) => {
    while (next < chunks) {
      const chunk = next++;
      sum.add(chunk, await voter.vote(chunk));
      report("votes", sum.rows, manifest.rows);
    }
  };
  const wanted = Math.min(threads, Math.floor(chunks / sandboxLimits.chunksPerThread));
  const voters: readonly Voter[] =
    wanted > 1 ? Array.from({ length: wanted }, () => new ThreadVoter(plan)) : [await ChunkVoter.open(plan)];
  // When one fails the others are left as they are: to end a thread inside native code would end the process before it has
  // said why, and the process ends anyway.
  await Promise.all(voters.map(work));
  for (const voter of voters) voter.close();
  return sum.total();
}

/** Adds chunks in their order, whatever the order in which they come. */
class ChunkSum {
  readonly #plan: VotePlan;
  readonly #histograms: SplitHistogramSum;
  readonly #samples: SampledRows[] = [];
  readonly #learning: LearningSample[] = [];
  readonly #waiting = new Map<number, ChunkVotes>();
  #next = 0;
  /** Rows of the chunks that came so far. */
  rows = 0;

  constructor(plan: VotePlan) {
    this.#plan = plan;
    this.#histograms = new SplitHistogramSum(plan.lfCount, plan.labelCount);
  }

  add(chunk: number, votes: ChunkVotes): void {
    this.rows += votes.rows;
    this.#waiting.set(chunk, votes);
    for (let next = this.#waiting.get(this.#next); next !== undefined; next = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      this.#next++;
      const numbers = this.#histograms.add(next.histograms);
      const renumber = (patterns: Int32Array) => patterns.map((pattern) => numbers[pattern]!);
      const { sample, learning } = next;
      this.#samples.push({ ...sample, patternOfRow: renumber(sample.patternOfRow) });
      if (learning !== null) this.#learning.push({ ...learning, patternOfRow: renumber(learning.patternOfRow) });
    }
  }

  total(): DatasetVotes {
    const samples = this.#samples;
    const { learning, lfFields } = this.#plan;
    const columns = lfFields.map((field): [string, Float64Array] => [
      field,
      Float64Array.from(samples.flatMap((sample) => [...sample.columns.get(field)!])),
    ]);
    return {
      histograms: this.#histograms.total(),
      sample: {
        columns: new Map(columns),
        truth: Int8Array.from(samples.flatMap(({ truth }) => [...truth])),
        parts: Uint8Array.from(samples.flatMap(({ parts }) => [...parts])),
        patternOfRow: Int32Array.from(samples.flatMap(({ patternOfRow }) => [...patternOfRow])),
      },
      learning: learning && joinLearningSamples(this.#learning),
    };
  }
}
