import { isFlamencoError } from "@flamenco/policies/errors";
import type { SigningKey } from "@flamenco/policies/trust";
import type { NodeAnnouncement } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { Backoff, Bell, type Log } from "../support/index.js";
import type { RegistryClient } from "./registry-client.js";
import { signAnnouncement } from "./signed-documents.js";

export interface AnnouncerOptions {
  readonly client: RegistryClient;
  readonly nodeName: string;
  readonly key: SigningKey;
  readonly listDatasets: () => Promise<NodeAnnouncement["datasets"]>;
  readonly now: () => Date;
  readonly random: () => number;
  readonly log: Log;
}

/** Keeps the registry's knowledge of this node and its datasets fresh. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #bell = new Bell();
  #announced: string | undefined;
  #announcedAt = 0;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Announce again even if nothing has changed. */
  renew(): void {
    this.#announced = undefined;
    this.#bell.ring();
  }

  /** Announce at the start, whenever the datasets change, after `renew`, and now and then. */
  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.#options.random);
    let trouble: string | undefined;
    while (!signal.aborted) {
      let waitMs: number = limits.announceCheckMs;
      try {
        await this.#announceIfDue(signal);
        backoff.reset();
        trouble = undefined;
      } catch (error) {
        if (signal.aborted) return;
        waitMs = backoff.next();
        const code = isFlamencoError(error) ? error.code : "FLM_INTERNAL";
        // Once for each trouble: a registry that is away for a night must not fill the log.
        if (code !== trouble) {
          const reason = isFlamencoError(error) ? error.message : "Unexpected error.";
          this.#options.log.warn({ code, reason }, "The node could not be announced; it is tried until it can.");
        }
        trouble = code;
      }
      await this.#bell.wait(signal, waitMs);
    }
  }

  async #announceIfDue(signal: AbortSignal): Promise<void> {
    const { client, nodeName, key, listDatasets, now } = this.#options;
    const datasets = await listDatasets();
    const description = JSON.stringify(datasets);
    const at = now();
    const fresh = at.getTime() - this.#announcedAt < limits.announceRenewMs;
    if (description === this.#announced && fresh) return;
    await client.announce(signAnnouncement(datasets, nodeName, key, at), signal);
    this.#announced = description;
    this.#announcedAt = at.getTime();
  }
}
