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
  pricesOf,
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
    let priceMicroRho = 0;
    for (const price of pricesOf(request)) {
      if ((await ledger.findReservation(price.request)) === undefined) priceMicroRho += price.microRho;
    }
    const { collaboratorMicroRho, datasetMicroRho } = request.ceilings;
    return {
      priceMicroRho,
      collaboratorLeftMicroRho: Math.max(0, collaboratorMicroRho - spent.collaboratorMicroRho),
      datasetLeftMicroRho: Math.max(0, datasetMicroRho - spent.datasetMicroRho),
    };
  }

  /** @throws as `releaseProtected` does */
  async release(verified: VerifiedStudy, request: ProtectedRequest, signal: AbortSignal): Promise<Released> {
    // Whoever asks the same meanwhile waits, and finds the answer.
    return this.#inTurn(request.digest, () => this.#release(verified, request, signal));
  }

  /** Run work when all earlier work of that name has ended. */
  async #inTurn<Outcome>(name: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = (this.#underWay.get(name) ?? Promise.resolve()).then(work);
    const done = outcome.then(
      () => {},
      () => {},
    );
    this.#underWay.set(name, done);
    try {
      return await outcome;
    } finally {
      if (this.#underWay.get(name) === done) this.#underWay.delete(name);
    }
  }

  #release(verified: VerifiedStudy, request: ProtectedRequest, signal: AbortSignal): Promise<Released> {
    const { ledger, recordAudit, waitForTick, key } = this.#options;
    return releaseProtected(verified, request, {
      ledger,
      record: recordAudit,
      bytes: randomBytes,
      countColumns: async (columns, perDecade) => {
        const catalogue = { columns: [...columns], perDecade };
        const counts = await this.#count(verified, request, signal, { catalogue });
        if (counts.schema !== "flamenco-column-counts/1") throw otherCounts();
        return counts;
      },
      countVotes: async (statistics) => {
        const counts = await this.#count(verified, request, signal, { statistics });
        if (counts.schema !== "flamenco-vote-table/1") throw otherCounts();
        return counts;
      },
      countPredictions: async (statistics, model, order) => {
        const predictions = { model, order: [...order] };
        const counts = await this.#count(verified, request, signal, { statistics, predictions });
        if (counts.schema !== "flamenco-prediction-counts/1") throw otherCounts();
        return counts;
      },
      inTurn: (name, work) => this.#inTurn(name, work),
      waitForTick: () => waitForTick(signal),
      key,
    });
  }

  /** Progress is not told: how fast rows are counted may depend on them. */
  #count(
    verified: VerifiedStudy,
    { plan: { rowsPerUnit, votesPerRow }, unit }: ProtectedRequest,
    signal: AbortSignal,
    what: Pick<CountingRequest, "catalogue" | "statistics" | "predictions">,
  ): Promise<ProtectedCounts> {
    const { runCounting, key, memoryMegabytes, deadlineSeconds } = this.#options;
    const counting: CountingRequest = {
      unit,
      rowsPerUnit,
      votesPerRow,
      key: rowKeyOf(key, verified.dataset.version),
      ...what,
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
