import { availableParallelism } from "node:os";
import { FlamencoError } from "@flamenco/policies/errors";
import { type Outputs, type Progress, type ProtectedCounts, parseDocument, WorkerJob } from "@flamenco/policies/wire";
import { sandboxLimits } from "../../limits.js";
import { prepareCommand, type WorkerLimits } from "./command.js";
import { type WorkerProgram, workerProgram } from "./program.js";
import { type FinalMessage, superviseWorker } from "./supervisor.js";
import type { WallRequirement } from "./walls.js";

export interface WorkerLaunch {
  readonly job: WorkerJob;
  readonly limits: WorkerLimits;
  /** Told of the worker's progress, at most about ten times a second and stage. */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the run. */
  readonly signal?: AbortSignal;
  /** Walls without which nothing runs; `namespaces` when absent. */
  readonly requirement?: WallRequirement;
  /** What runs behind the walls instead of the sealed worker; tests put hostile programs there. */
  readonly program?: WorkerProgram;
}

/** What a worker that succeeded found. */
export interface WorkerResult {
  readonly rows: number;
  readonly outputs: Outputs;
}

export interface WorkerHandle<Found = WorkerResult> {
  readonly result: Promise<Found>;
  /** Kill the worker and everything that it started; `result` is then FLM_INTERRUPTED unless it had ended. */
  kill(): void;
}

/**
 * Run a job in a sealed worker: a process of its own, behind every wall that this machine has, that reads one dataset
 * version and answers with the outputs that were asked for.
 * @returns at once; `result` rejects with FLM_SCHEMA, FLM_USAGE, FLM_WORKER_ENGINE, FLM_WORKER_WALLS, FLM_WORKER_DEADLINE, FLM_WORKER_MEMORY,
 * FLM_WORKER_PROTOCOL, FLM_WORKER_CRASHED, FLM_INTERRUPTED, and what a run itself can fail with: FLM_LF_REFUSED,
 * FLM_FIELD_MISSING, FLM_DATASET_KIND, FLM_DATASET_CORRUPT, FLM_TOO_LARGE, FLM_KERNEL_FAILED, FLM_INTERNAL
 */
export function launchWorker(launch: WorkerLaunch): WorkerHandle {
  return handleWorker(launch, (message) => {
    if (message.type !== "outputs") throw unasked("counts in place of outputs");
    const asked: readonly string[] = launch.job.outputs;
    if (Object.keys(message.outputs).some((name) => !asked.includes(name))) {
      throw unasked("an output that was not asked for");
    }
    return { rows: message.rows, outputs: message.outputs };
  });
}

/** As `launchWorker`, for a job that says what to count: exact counts come out, for the release gate alone. */
export function launchCounting(launch: WorkerLaunch): WorkerHandle<ProtectedCounts> {
  const wanted = countsOf(launch.job);
  return handleWorker(launch, (message) => {
    if (message.type !== "counts" || message.counts.schema !== wanted) throw unasked("other counts than asked for");
    return message.counts;
  });
}

/** Schema of the counts that a job asks for. */
function countsOf({ counting }: WorkerJob): ProtectedCounts["schema"] {
  if (counting?.catalogue !== undefined) return "flamenco-column-counts/1";
  return counting?.predictions === undefined ? "flamenco-vote-table/1" : "flamenco-prediction-counts/1";
}

const unasked = (what: string): FlamencoError =>
  new FlamencoError("FLM_WORKER_PROTOCOL", `The sealed worker sent ${what}.`);

function handleWorker<Found extends object>(
  launch: WorkerLaunch,
  accept: (message: FinalMessage) => Found,
): WorkerHandle<Found> {
  const stop = new AbortController();
  const signal = launch.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, launch.signal]);
  return { result: startWorker(launch, accept, signal), kill: () => stop.abort() };
}

async function startWorker<Found extends object>(
  launch: WorkerLaunch,
  accept: (message: FinalMessage) => Found,
  signal: AbortSignal,
): Promise<Found> {
  const { limits, onProgress, program = workerProgram() } = launch;
  const given = parseDocument(WorkerJob, launch.job, "worker's job");
  const { deadlineSeconds, memoryMegabytes } = limits;
  if (
    !(
      deadlineSeconds > 0 &&
      deadlineSeconds <= sandboxLimits.maxDeadlineSeconds &&
      Number.isInteger(memoryMegabytes) &&
      memoryMegabytes > 0
    )
  ) {
    throw new FlamencoError(
      "FLM_USAGE",
      `A worker needs a deadline of up to ${sandboxLimits.maxDeadlineSeconds} s and a memory ceiling in whole megabytes.`,
    );
  }
  const job = { ...given, threads: countThreads(given, memoryMegabytes) };
  // Every thread has an isolate of its own for each package.
  const isolates = job.threads * (job.packages.length + 1);
  const command = await prepareCommand(program, job.dataset.directory, isolates, limits, launch.requirement);
  return superviseWorker({ accept, command, job, limits, onProgress, signal });
}

/** As many threads as are wanted, if the worker's memory has room for them: for an end classifier each reads all numbers of a kind. */
function countThreads({ threads = availableParallelism(), endClassifier }: WorkerJob, memoryMegabytes: number): number {
  const { maxWorkerThreads, threadMegabytes, learningThreadMegabytes } = sandboxLimits;
  const megabytes = endClassifier === undefined ? threadMegabytes : learningThreadMegabytes;
  return Math.max(1, Math.min(threads, maxWorkerThreads, Math.floor(memoryMegabytes / megabytes)));
}
