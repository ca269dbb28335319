import { setTimeout as pause } from "node:timers/promises";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import {
  type Envelope,
  isFinalRunState,
  type ReleaseProof,
  type RunStatus,
  type StudyStatus,
} from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { errorOf } from "../remote-error.js";
import type { RegistryClient } from "./registry-client.js";
import { verifyLogProof } from "./release.js";
import { type ExpectedStudy, type VerifiedResult, verifyResult } from "./result.js";

/** A run that brought no result that can be used. */
export interface RunProblem {
  /** Name of the node, as the study names it. */
  readonly node: string;
  readonly state: RunStatus["state"];
  readonly error: FlamencoError;
}

/** A result, and the proof that its release stands in its node's audit log; null when none came that holds. */
export interface CollectedResult extends VerifiedResult {
  readonly proof: ReleaseProof | null;
}

export interface Collection {
  /** In the order of the study's targets. */
  readonly results: readonly CollectedResult[];
  readonly problems: readonly RunProblem[];
  readonly runs: readonly RunStatus[];
}

export interface CollectOptions {
  /** Called with every newer state of the runs. */
  readonly onProgress?: (runs: readonly RunStatus[]) => void;
  /** Called when the registry cannot be reached and will be asked again. */
  readonly onUnreachable?: (error: FlamencoError) => void;
  readonly signal?: AbortSignal | undefined;
  /** False: take what is there now; a run that has not ended is a problem. Default: true. */
  readonly wait?: boolean;
  /** Give up after this long; default: never. The study itself goes on. */
  readonly timeoutMs?: number;
  /** Milliseconds of any monotonic clock. */
  readonly clock?: () => number;
}

/**
 * Wait until every run of a study has ended, and collect the results that hold. Long polls; a registry that restarts in
 * between is asked again. A node that refused, failed or sent something that does not answer the study is a problem of its
 * own and spoils no other node's result.
 * @throws FLM_WAIT_TIMEOUT, FLM_INTERRUPTED, FLM_REGISTRY_UNREACHABLE after a minute without an answer, FLM_STUDY_UNKNOWN
 * @example
 * const { results, problems } = await collectResults(registry, signed, {
 *   onProgress: (runs) => console.log(runs.map(({ node, state }) => `${node}: ${state}`).join("  ")),
 * });
 */
export async function collectResults(
  registry: RegistryClient,
  expected: ExpectedStudy,
  options: CollectOptions = {},
): Promise<Collection> {
  const { onProgress, signal, timeoutMs = Number.POSITIVE_INFINITY, clock = () => performance.now() } = options;
  const deadline = clock() + timeoutMs;
  let status: StudyStatus | undefined;
  while (true) {
    const remainingMs = deadline - clock();
    if (remainingMs <= 0) throw timedOut(status);
    const waitSeconds =
      status === undefined ? 0 : Math.max(1, Math.min(limits.longPollSeconds, Math.floor(remainingMs / 1000)));
    const known = status;
    const next: StudyStatus = await askAgain(
      () =>
        registry.studyStatus(expected.digest, {
          waitSeconds,
          ...(known === undefined ? {} : { revision: known.revision }),
          signal,
        }),
      { ...options, clock },
    );
    if (next.revision !== known?.revision) onProgress?.(next.runs);
    status = next;
    if (options.wait === false || next.runs.every(hasEnded)) break;
  }
  const envelopes = await askAgain(() => registry.fetchResults(expected.digest, signal), { ...options, clock });
  const proofs = await askAgain(() => registry.fetchProofs(expected.digest, signal), { ...options, clock });
  return sortOut(envelopes, proofs, status.runs, expected);
}

function hasEnded(run: RunStatus): boolean {
  return run.resultReady || (isFinalRunState(run.state) && run.state !== "released");
}

function timedOut(status: StudyStatus | undefined): FlamencoError {
  const open = status?.runs.filter((run) => !hasEnded(run)).map(({ node, state }) => `${node} is ${state}`) ?? [];
  return new FlamencoError(
    "FLM_WAIT_TIMEOUT",
    `The time to wait is over${open.length > 0 ? ` (${open.join(", ")})` : ""}; the study goes on.`,
  );
}

/** Repeat a request while the registry is away, with growing pauses. */
async function askAgain<T>(ask: () => Promise<T>, options: CollectOptions & { clock: () => number }): Promise<T> {
  const { clock, onUnreachable, signal } = options;
  const giveUpAt = clock() + limits.unreachableMs;
  for (let delay: number = limits.retryFirstMs; ; delay = Math.min(delay * 2, limits.retryLongestMs)) {
    try {
      return await ask();
    } catch (error) {
      if (!isFlamencoError(error, "FLM_REGISTRY_UNREACHABLE") || clock() > giveUpAt) throw error;
      onUnreachable?.(error);
    }
    await pause(delay, undefined, signal === undefined ? {} : { signal }).catch((cause: unknown) => {
      throw new FlamencoError("FLM_INTERRUPTED", "Waiting for the registry was interrupted.", { cause });
    });
  }
}

async function sortOut(
  envelopes: readonly Envelope[],
  proofs: ReadonlyMap<string, unknown>,
  runs: readonly RunStatus[],
  expected: ExpectedStudy,
): Promise<Collection> {
  const byKey = new Map<string, CollectedResult>();
  const failures = new Map<string, FlamencoError>();
  for (const envelope of envelopes) {
    try {
      const verified = await verifyResult(envelope, expected);
      const { keyId } = verified.result;
      byKey.set(keyId, { ...verified, proof: proofThatHolds(proofs.get(keyId), verified) });
    } catch (error) {
      if (!(error instanceof FlamencoError)) throw error;
      // The key named by an envelope that does not hold says at least whose place it takes.
      for (const { keyid } of envelope.signatures) failures.set(keyid, error);
    }
  }
  const problems: RunProblem[] = [];
  for (const { node, keyId } of expected.study.targets) {
    if (byKey.has(keyId)) continue;
    const run = runs.find((candidate) => candidate.keyId === keyId);
    const error = failures.get(keyId) ?? explain(node, run);
    problems.push({ node, state: run?.state ?? "offered", error });
  }
  const results = expected.study.targets.flatMap(({ keyId }) => byKey.get(keyId) ?? []);
  return { results, problems, runs };
}

/** A proof that does not hold proves nothing; it takes nothing from the result, which its signature proves. */
function proofThatHolds(proof: unknown, verified: VerifiedResult): ReleaseProof | null {
  if (proof === undefined) return null;
  try {
    return verifyLogProof(proof, verified).proof;
  } catch (error) {
    if (isFlamencoError(error)) return null;
    throw error;
  }
}

function explain(node: string, run: RunStatus | undefined): FlamencoError {
  if (run?.error !== undefined) return errorOf(run.error);
  if (run === undefined || isFinalRunState(run.state))
    return new FlamencoError("FLM_REGISTRY_ANSWER", `The registry holds no result of ${node}.`);
  return new FlamencoError("FLM_WAIT_TIMEOUT", `The run of ${node} has not ended yet.`);
}
