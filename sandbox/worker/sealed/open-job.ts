import { FlamencoError } from "@flamenco/policies/errors";
import type { WorkerJob } from "@flamenco/policies/wire";
import { type DatasetVersion, openDatasetVersion, readSegmentStatistics } from "../../columns/index.js";
import type { ReportProgress } from "./channel.js";
import { assertFields, type JobLf, verifyPackages } from "./job-packages.js";
import { planVotes, type VotePlan, type VoteStatistics } from "./vote-plan.js";

/** A job whose packages and dataset were verified, ready to vote. */
export interface OpenJob {
  readonly lfs: readonly JobLf[];
  readonly plan: VotePlan;
}

/**
 * Verify a job's packages from source and its dataset version from the manifest, and plan the votes.
 * @throws FLM_LF_REFUSED, FLM_PACKAGE_FORMAT, FLM_DATASET_CORRUPT, FLM_DATASET_KIND, FLM_FIELD_MISSING, FLM_TOO_LARGE
 */
export async function openJob(job: WorkerJob, report: ReportProgress): Promise<OpenJob> {
  const packages = verifyPackages(job, report);
  report("load", 0, 1);
  const version = await openVersion(job);
  assertFields(packages, version.manifest);
  report("load", 1, 1);
  report("statistics", 0, 1);
  const plan = planVotes(
    packages,
    version,
    await readStatistics(job, version),
    job.task.labels,
    job.seed,
    job.endClassifier,
  );
  report("statistics", 1, 1);
  return { lfs: packages.flatMap((one) => one.lfs), plan };
}

/** The dataset version that a job names. @throws FLM_DATASET_CORRUPT, FLM_DATASET_KIND, FLM_TOO_LARGE */
export async function openVersion({ dataset }: WorkerJob): Promise<DatasetVersion> {
  const version = await openDatasetVersion(dataset.directory, dataset.version);
  const { kind } = version.manifest;
  if (kind !== dataset.kind) {
    throw new FlamencoError("FLM_DATASET_KIND", `The dataset is of kind ${kind}, not ${dataset.kind}.`);
  }
  return version;
}

/** A job that counts is told its statistics: those of the version are exact, and are not looked at. */
async function readStatistics({ counting }: WorkerJob, version: DatasetVersion): Promise<VoteStatistics> {
  if (counting !== undefined) return { whole: counting.statistics ?? {}, segments: null };
  return { whole: version.manifest.statistics, segments: await readSegmentStatistics(version) };
}
