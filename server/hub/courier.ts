import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import type { PostAnswer, ReleaseProof } from "@flamenco/policies/wire";
import type { Run, RunStore } from "../jobs/index.js";
import { limits } from "../limits.js";
import { restoreRelease } from "../release/index.js";
import { Backoff, Bell, errorDocumentOf, type Log } from "../support/index.js";
import { isTransient, type RegistryClient } from "./registry-client.js";

export interface CourierOptions {
  readonly client: RegistryClient;
  readonly store: RunStore;
  readonly keyId: string;
  /** Records a release in the audit log, from its text; what is not recorded does not leave. */
  readonly recordRelease: (text: string) => Promise<ReleaseProof>;
  readonly signReport: (run: Run) => string;
  readonly random: () => number;
  readonly log: Log;
}

/**
 * Brings reports and releases to the registry. Both were stored before anybody tried to send them, are sent until the
 * registry acknowledges them, and are the same bytes every time, so that sending twice changes nothing.
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #bell = new Bell();
  /** Latest progress by study: worth sending only while it is the latest, so that it is not stored. */
  readonly #progress = new Map<string, Run>();

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** A run changed: there is something to send. */
  note(run: Run): void {
    if (run.progress === null) this.#progress.delete(run.study);
    else this.#progress.set(run.study, run);
    this.#bell.ring();
  }

  /** Deliver until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.#options.random);
    while (!signal.aborted) {
      try {
        await this.#deliverReports(signal);
        await this.#deliverReleases(signal);
        await this.#deliverProgress(signal);
        backoff.reset();
        await this.#bell.wait(signal);
      } catch (error) {
        if (signal.aborted) return;
        const code = isFlamencoError(error) ? error.code : "FLM_INTERNAL";
        const waitMs = backoff.next();
        this.#options.log.debug({ code, waitMs }, "Delivery is tried again.");
        await this.#bell.wait(signal, waitMs);
      }
    }
  }

  /** In the order in which they were made, each until it is acknowledged or finally refused. */
  async #deliverReports(signal: AbortSignal): Promise<void> {
    const { store, client, log } = this.#options;
    for (;;) {
      const pending = await store.listPendingReports(limits.reportsPerRound);
      for (const { id, study, body } of pending) {
        const refusal = await finalRefusal(client.postReport(body, signal));
        if (refusal !== undefined) log.warn({ study, code: refusal.code }, "The registry did not take a run report.");
        await store.acknowledgeReport(id);
      }
      if (pending.length < limits.reportsPerRound) return;
    }
  }

  async #deliverReleases(signal: AbortSignal): Promise<void> {
    const { store, client, keyId, recordRelease, log } = this.#options;
    for (const run of await store.listInState("releasing")) {
      const text = await store.readResult(run.study);
      const refusal = await finalRefusal(
        (async () => {
          const release = restoreRelease(run.study, text ?? "", keyId);
          await this.#deliverProof(run.study, await recordRelease(release.text), signal);
          return client.postResult(release, signal);
        })(),
      );
      if (refusal === undefined) {
        await store.transition(run, "released");
      } else {
        log.error({ study: run.study, code: refusal.code }, "The registry did not take a release.");
        await store.transition(run, "failed", { error: errorDocumentOf(refusal) });
      }
    }
  }

  /** Before the release itself, so that whoever finds that finds its proof too. A registry may know no proofs. */
  async #deliverProof(study: string, proof: ReleaseProof, signal: AbortSignal): Promise<void> {
    const refusal = await finalRefusal(this.#options.client.postProof(proof, signal));
    if (refusal === undefined) return;
    this.#options.log.warn({ study, code: refusal.code }, "The registry did not take the log proof of a release.");
  }

  async #deliverProgress(signal: AbortSignal): Promise<void> {
    const { client, signReport } = this.#options;
    for (const [study, run] of [...this.#progress]) {
      if (this.#progress.get(study) === run) this.#progress.delete(study);
      await finalRefusal(client.postReport(signReport(run), signal));
    }
  }
}

/** What keeps this node from recording a release says nothing about it: it waits until the log can be written. */
const ownTroubles: ReadonlySet<string> = new Set(["FLM_AUDIT_BROKEN", "FLM_DISK_FULL"]);

/**
 * Wait for an acknowledgment.
 * @returns undefined when the post was taken (now or before), else why it never will be.
 * @throws while the link is down.
 */
async function finalRefusal(post: Promise<PostAnswer>): Promise<FlamencoError | undefined> {
  try {
    const { accepted, reason } = await post;
    return accepted
      ? undefined
      : new FlamencoError("FLM_RUN_TRANSITION", `The registry left it aside: ${reason ?? "no reason given"}.`);
  } catch (error) {
    if (!isFlamencoError(error) || isTransient(error) || ownTroubles.has(error.code)) throw error;
    return error;
  }
}
