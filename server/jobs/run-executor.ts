import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import type { SigningKey } from "@flamenco/policies/trust";
import type { AuditEntry, ErrorDocument, RecordAudit } from "@flamenco/policies/wire";
import type { ApprovalCheck } from "../approvals/index.js";
import { limits } from "../limits.js";
import { coarsen, type ProtectedRequest, releaseOutputs } from "../release/index.js";
import { errorDocumentOf, type Log } from "../support/index.js";
import type { StudyVerifier, VerifiedStudy } from "../verification/index.js";
import type { PackageCache } from "./package-cache.js";
import { createProgressThrottle } from "./progress-throttle.js";
import type { ProtectedRuns } from "./protected-runs.js";
import type { Quarantine } from "./quarantine.js";
import type { Run, RunChange } from "./run.js";
import type { RunStore } from "./run-store.js";
import { describeJob } from "./worker-job.js";
import type { RunWorker, WorkerOutcome } from "./worker-port.js";

export interface RunExecutorOptions {
  readonly store: RunStore;
  readonly packages: PackageCache;
  readonly quarantine: Quarantine;
  readonly verifier: StudyVerifier;
  readonly approval: ApprovalCheck;
  readonly runWorker: RunWorker;
  readonly protectedRuns: Pick<ProtectedRuns, "plan" | "release">;
  /** Names of the walls that stand around a sealed worker here. */
  readonly listStandingWalls: () => Promise<readonly string[]>;
  readonly recordAudit: RecordAudit;
  readonly key: SigningKey;
  readonly memoryMegabytes: number;
  readonly deadlineSeconds: number;
  readonly now: () => Date;
  readonly log: Log;
  /** True for failures of the link to the registry: they say nothing about the study. */
  readonly isTransient: (error: unknown) => boolean;
}

/** Codes that say that the node, not the study, is at fault: the run fails instead of being refused. */
const nodeFaults: ReadonlySet<string> = new Set([
  "FLM_INTERNAL",
  "FLM_DATASET_CORRUPT",
  "FLM_DATABASE",
  "FLM_AUDIT_BROKEN",
  "FLM_DISK_FULL",
]);

/** States that end a run without a release. */
type EndState = Extract<AuditEntry, { type: "refusal" }>["state"];

/** The end of a run whose verification threw. */
function endOf(error: unknown): EndState {
  if (!isFlamencoError(error) || nodeFaults.has(error.code)) return "failed";
  return error.code === "FLM_STUDY_EXPIRED" ? "expired" : "refused";
}

/** Takes runs from state to state. Everything that it decides is in the database before anything follows from it. */
export class RunExecutor {
  readonly #options: RunExecutorOptions;

  constructor(options: RunExecutorOptions) {
    this.#options = options;
  }

  /**
   * Verify a study that was offered, and keep what it needs.
   * @throws when the registry cannot be reached or the database fails: the run stays as it is, to be tried again.
   */
  async admit(run: Run, signal: AbortSignal): Promise<void> {
    const verified = await this.#admissible(run, signal);
    if (verified === undefined) return;
    for (const { opened, bundle } of verified.packages) {
      await this.#options.packages.keep(opened.reference.id, bundle);
    }
    await this.#options.store.transition(run, "fetched", headingOf(verified));
  }

  /**
   * Run a study that was fetched, or take up one that was interrupted.
   * @throws as `admit` does.
   */
  async execute(run: Run, signal: AbortSignal): Promise<void> {
    const { store, now, log, key } = this.#options;
    if (run.attempts >= limits.attemptsPerRun) {
      await this.#end(run, "failed", crashedTooOften());
      return;
    }
    // Again, since policies, clock and dataset may have changed, and what is stored is not believed either.
    const verified = await this.#admissible(run, signal);
    if (verified === undefined || signal.aborted || !(await this.#approved(run, verified))) return;
    const walls = await this.#options.listStandingWalls();
    const startedAt = now();
    const { policySet } = verified.runDecision;
    const attempts = run.attempts + 1;
    const running = await store.transition(run, "running", { attempts, startedAt, walls, policySet });
    log.info({ study: run.study, attempt: running.attempts, walls }, "A sealed worker starts.");
    const request = this.#options.protectedRuns.plan(verified);
    if (request !== null) {
      await this.#releaseProtected(running, verified, request, signal);
      return;
    }
    let outcome: WorkerOutcome;
    try {
      outcome = await this.#work(verified, signal);
    } catch (error) {
      // A worker that was stopped with the node has not crashed.
      if (!signal.aborted) await this.#options.quarantine.charge(referencesOf(verified), error);
      await this.#handleWorkerFailure(running, error, signal);
      return;
    }
    let text: string;
    try {
      text = releaseOutputs(verified, { ...outcome, startedAt, finishedAt: now() }, key).text;
    } catch (error) {
      log.warn({ study: run.study, code: codeOf(error) }, "The release gate stopped the outputs.");
      await this.#end(running, "failed", error);
      return;
    }
    await store.transition(running, "releasing", { result: text });
  }

  /** Bring a run under a protecting preset to its end. What is said of a failure is coarse; the log has its code. */
  async #releaseProtected(
    running: Run,
    verified: VerifiedStudy,
    request: ProtectedRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, protectedRuns, quarantine, log } = this.#options;
    let text: string;
    try {
      ({ text } = await protectedRuns.release(verified, request, signal));
    } catch (error) {
      if (isFlamencoError(error, "FLM_BUDGET_EXHAUSTED")) {
        await this.#end(running, "refused", coarsen(error));
        return;
      }
      if (!signal.aborted) {
        await quarantine.charge(referencesOf(verified), error);
        log.warn({ study: running.study, code: codeOf(error) }, "A protected release failed.");
      }
      await this.#handleWorkerFailure(running, coarsen(error), signal);
      return;
    }
    // Stopped while it waited for the clock: the answer is kept, and leaves after the next start.
    if (signal.aborted) await store.returnAttempt(running.study);
    else await store.transition(running, "releasing", { result: text });
  }

  /** Verify, or bring the run to its end. */
  async #verify(run: Run, signal: AbortSignal): Promise<VerifiedStudy | undefined> {
    const { store, verifier, isTransient } = this.#options;
    const envelope: unknown = JSON.parse(await store.readEnvelope(run.study));
    try {
      return await verifier.verify(envelope, run.study, signal);
    } catch (error) {
      if (isTransient(error) || signal.aborted) throw error;
      await this.#end(run, endOf(error), error, this.#headingOf(envelope, run.study));
      return undefined;
    }
  }

  /** Verify, and refuse packages in quarantine. */
  async #admissible(run: Run, signal: AbortSignal): Promise<VerifiedStudy | undefined> {
    const verified = await this.#verify(run, signal);
    if (verified === undefined) return undefined;
    try {
      await this.#options.quarantine.assertFree(referencesOf(verified));
    } catch (error) {
      if (!isFlamencoError(error, "FLM_PACKAGE_QUARANTINED")) throw error;
      // A run that crashed its own worker again has failed; others are not taken.
      await this.#end(run, run.state === "running" ? "failed" : "refused", error, headingOf(verified));
      return undefined;
    }
    return verified;
  }

  /** Wait for a person where the policies demand it, or bring the run to its end where that person said no. */
  async #approved(run: Run, verified: VerifiedStudy): Promise<boolean> {
    const verdict = await this.#options.approval.check(verified);
    if (verdict === "denied") await this.#end(run, "refused", notApproved());
    if (verdict === "waiting" && run.state !== "awaiting-approval") {
      await this.#options.store.transition(run, "awaiting-approval", headingOf(verified));
    }
    return verdict === "approved";
  }

  async #work(verified: VerifiedStudy, signal: AbortSignal): Promise<WorkerOutcome> {
    const { store, runWorker, now, log, memoryMegabytes, deadlineSeconds } = this.#options;
    const onProgress = createProgressThrottle(now, (progress) => {
      store.recordProgress(verified.digest, progress).catch((error: unknown) => {
        log.warn({ study: verified.digest, code: codeOf(error) }, "Progress was not stored.");
      });
    });
    return runWorker(describeJob(verified), { memoryMegabytes, deadlineSeconds, onProgress, signal });
  }

  async #handleWorkerFailure(running: Run, error: unknown, signal: AbortSignal): Promise<void> {
    const { store, log } = this.#options;
    if (signal.aborted) {
      await store.returnAttempt(running.study);
      return;
    }
    log.warn({ study: running.study, attempt: running.attempts, code: codeOf(error) }, "A sealed worker failed.");
    if (isFlamencoError(error, "FLM_WORKER_CRASHED") && running.attempts < limits.attemptsPerRun) return;
    await this.#end(running, "failed", error);
  }

  async #end(run: Run, state: EndState, error: unknown, heading: RunChange = {}): Promise<void> {
    const document: ErrorDocument = errorDocumentOf(error);
    this.#options.log.info({ study: run.study, state, code: document.code }, "A run ended without a release.");
    if (!isFlamencoError(error)) this.#options.log.error({ study: run.study, err: error }, "Unexpected error.");
    await this.#options.store.transition(run, state, { ...heading, error: document });
    await this.#options.recordAudit({ type: "refusal", study: run.study, state, code: document.code });
  }

  /** Title and author for the listing, as far as the study is authentic. */
  #headingOf(envelope: unknown, study: string): RunChange {
    try {
      const { title, author } = this.#options.verifier.openStudy(envelope, study);
      return { title, author };
    } catch {
      return {};
    }
  }
}

const codeOf = (error: unknown): string => (isFlamencoError(error) ? error.code : "FLM_INTERNAL");

const headingOf = ({ study, target }: VerifiedStudy): RunChange => ({
  title: study.title,
  author: study.author,
  dataset: target.dataset,
});

const referencesOf = ({ packages }: VerifiedStudy) => packages.map(({ opened }) => opened.reference);

/** What the person wrote stays at the node. */
const notApproved = (): FlamencoError =>
  new FlamencoError("FLM_APPROVAL_DENIED", "A person at this node did not approve the run.");

const crashedTooOften = (): FlamencoError =>
  new FlamencoError(
    "FLM_WORKER_CRASHED",
    `The run was taken up ${limits.attemptsPerRun} times and never ended; it is not tried again.`,
  );
