import { FlamencoError } from "@flamenco/policies/errors";
import { KeyedHash, listCatalogueColumns, VoteCounter } from "@flamenco/policies/release";
import type { CountingRequest, ProtectedCounts, WorkerJob } from "@flamenco/policies/wire";
import { chooseContributions } from "../../columns/index.js";
import { loadLabelModel } from "../../labeling/index.js";
import type { ReportProgress } from "./channel.js";
import { type CastVotes, ChunkVoter } from "./chunk-voter.js";
import { partOf } from "./contributing-rows.js";
import { countColumns } from "./count-columns.js";
import { PredictionCounter } from "./count-predictions.js";
import type { JobLf } from "./job-packages.js";
import { openJob } from "./open-job.js";
import { countChunks, type VotePlan } from "./vote-plan.js";

/**
 * A job of a protected release: exact integer counts with the contribution of every privacy unit bounded, for the release
 * gate to add noise to. Statistics of the dataset are exact values of its rows: functions compare with those that the job
 * brings, and one that compares with another is refused here too.
 * @throws as `openJob` does; FLM_OUTPUT_UNPROTECTED, FLM_KERNEL_FAILED
 */
export async function countJob(
  job: WorkerJob,
  counting: CountingRequest,
  report: ReportProgress,
): Promise<ProtectedCounts> {
  if (counting.catalogue !== undefined) return countColumns(job, counting, counting.catalogue, report);
  const { lfs, plan } = await openJob(job, report);
  assertStatistics(lfs, counting);
  const { unit, rowsPerUnit, votesPerRow, key, predictions } = counting;
  const choice = await chooseContributions(plan.version, { unit, rowsPerUnit, key });
  const hash = new KeyedHash(Buffer.from(key, "hex").subarray(0, 8));
  if (predictions === undefined) {
    const counter = new VoteCounter({
      lfs: lfs.map(({ name }) => name),
      labels: job.task.labels,
      rowsPerUnit,
      votesPerRow,
      hash,
    });
    await castEachChunk(plan, report, ({ chunk, histogram: { lfCount, patterns }, patternOfRow }) => {
      for (let row = 0; row < chunk.rows; row++) {
        const number = choice[chunk.first + row]!;
        if (number > 0 && partOf(number, hash) === "train") counter.add(patterns, patternOfRow[row]! * lfCount, number);
      }
    });
    return counter.finish();
  }
  const counter = new PredictionCounter(loadLabelModel(predictions.model), predictions.order, hash);
  await castEachChunk(plan, report, (votes) => counter.add(votes, choice));
  return counter.finish();
}

/** @throws FLM_OUTPUT_UNPROTECTED */
function assertStatistics(lfs: readonly JobLf[], { statistics = {} }: CountingRequest): void {
  const columns = listCatalogueColumns(lfs.map(({ verified }) => verified.certificate));
  if (columns.some((column) => statistics[column] === undefined)) {
    throw new FlamencoError(
      "FLM_OUTPUT_UNPROTECTED",
      "A labeling function compares with a statistic of the dataset, which is exact.",
    );
  }
}

/** Progress counts chunks, not rows. */
async function castEachChunk(plan: VotePlan, report: ReportProgress, use: (votes: CastVotes) => void): Promise<void> {
  const chunks = countChunks(plan.version.manifest);
  const voter = await ChunkVoter.open(plan);
  report("votes", 0, chunks);
  for (let chunk = 0; chunk < chunks; chunk++) {
    use(await voter.cast(chunk));
    report("votes", chunk + 1, chunks);
  }
  voter.close();
}
