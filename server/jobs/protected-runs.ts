import { createHmac, randomBytes } from "node:crypto";
import type { AccessBudget } from "@flamenco/policies/access";
import { FlamencoError } from "@flamenco/policies/errors";
import type { SigningKey } from "@flamenco/policies/trust";
import type { CountingRequest, ProtectedCounts, RecordAudit, WorkerJob } from "@flamenco/policies/wire";
import type { ReleaseConfig } from "../config/index.js";
import {
  type BudgetLedger,
  type ProtectedRequest,
  planProtected,
  type Released,
  releaseProtected,
} from "../release/index.js";
import type { VerifiedStudy } from "../verification/index.js";
import { describeJob } from "./worker-job.js";
import type { WorkerOptions } from "./worker-port.js";

/** Run one counting job in a sealed worker of its own. @throws as `RunWorker` does */
export type RunCounting = (job: WorkerJob, options: WorkerOptions) => Promise<ProtectedCounts>;

export interface ProtectedRunsOptions {
  /** Presets and rules of datasets, as the operator set them. */
  readonly config: ReleaseConfig | undefined;
  readonly ledger: BudgetLedger;
  readonly recordAudit: RecordAudit;
  readonly runCounting: RunCounting;
  /** Waits for the next tick of the release clock. */
  readonly waitForTick: (signal: AbortSignal) => Promise<void>;
  readonly key: SigningKey;
  readonly memoryMegabytes: number;
  readonly deadlineSeconds: number;
}

/** Leads requests through the gate: sealed workers count for it, one request at a time where several are the same. */
export class ProtectedRuns {
  readonly #options: ProtectedRunsOptions;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: ProtectedRunsOptions) {
    this.#options = options;
  }

  /** The protected release that a study asks for; null where its dataset is released exact. @throws as `planProtected` does */
  plan({ study, dataset, packages }: Pick<VerifiedStudy, "study" | "dataset" | "packages">): ProtectedRequest | null {
    return planProtected(study, dataset, packages, this.#options.config);
  }

  /** Price and balance as policies are told: nothing for what was paid for before; undefined where nothing is charged. */
  async budgetOf(asked: Pick<VerifiedStudy, "study" | "dataset" | "packages">): Promise<AccessBudget | undefined> {
    const request = this.plan(asked);
    if (request === null) return undefined;
    const { ledger } = this.#options;
    const { name, version } = asked.dataset;
    const spent = await ledger.spent(name, version, asked.study.author);
    const paid = (await ledger.findReservation(request.digest)) !== undefined;
    const { collaboratorMicroRho, datasetMicroRho } = request.ceilings;
    return {
      priceMicroRho: paid ? 0 : request.plan.microRho,
      collaboratorLeftMicroRho: Math.max(0, collaboratorMicroRho - spent.collaboratorMicroRho),
      datasetLeftMicroRho: Math.max(0, datasetMicroRho - spent.datasetMicroRho),
    };
  }

  /** @throws as `releaseProtected` does */
  async release(verified: VerifiedStudy, request: ProtectedRequest, signal: AbortSignal): Promise<Released> {
    // Whoever asks the same meanwhile waits, and finds the answer.
    const before = this.#underWay.get(request.digest);
    const release = (before ?? Promise.resolve()).then(() => this.#release(verified, request, signal));
    const done = release.then(
      () => {},
      () => {},
    );
    this.#underWay.set(request.digest, done);
    try {
      return await release;
    } finally {
      if (this.#underWay.get(request.digest) === done) this.#underWay.delete(request.digest);
    }
  }

  #release(verified: VerifiedStudy, request: ProtectedRequest, signal: AbortSignal): Promise<Released> {
    const { ledger, recordAudit, waitForTick, key } = this.#options;
    return releaseProtected(verified, request, {
      ledger,
      record: recordAudit,
      bytes: randomBytes,
      countVotes: async () => {
        const counts = await this.#count(verified, request, signal);
        if (counts.schema !== "flamenco-vote-table/1") throw otherCounts();
        return counts;
      },
      countPredictions: async (model, order) => {
        const counts = await this.#count(verified, request, signal, { model, order: [...order] });
        if (counts.schema !== "flamenco-prediction-counts/1") throw otherCounts();
        return counts;
      },
      waitForTick: () => waitForTick(signal),
      key,
    });
  }

  /** Progress is not told: how fast rows are counted may depend on them. */
  #count(
    verified: VerifiedStudy,
    { plan: { rowsPerUnit, votesPerRow }, unit }: ProtectedRequest,
    signal: AbortSignal,
    predictions?: CountingRequest["predictions"],
  ): Promise<ProtectedCounts> {
    const { runCounting, key, memoryMegabytes, deadlineSeconds } = this.#options;
    const counting: CountingRequest = {
      unit,
      rowsPerUnit,
      votesPerRow,
      key: rowKeyOf(key, verified.dataset.version),
      ...(predictions === undefined ? {} : { predictions }),
    };
    const job = { ...describeJob(verified), counting };
    return runCounting(job, { memoryMegabytes, deadlineSeconds, onProgress: () => {}, signal });
  }
}

/** The secret by which rows of a dataset version are chosen: the same for every request, and known to nobody else. */
function rowKeyOf({ secretKey }: SigningKey, version: string): string {
  return createHmac("sha256", secretKey).update(`flamenco-row-choice/1 ${version}`).digest("hex");
}

const otherCounts = (): FlamencoError =>
  new FlamencoError("FLM_WORKER_PROTOCOL", "The sealed worker handed over other counts than asked for.");
