import { isFlamencoError } from "@flamenco/policies/errors";
import type { RunStore } from "../jobs/index.js";
import { limits } from "../limits.js";
import { Backoff, type Log, pause } from "../support/index.js";
import { takeOffers } from "./offer-intake.js";
import type { RegistryClient } from "./registry-client.js";

export interface OfferPollerOptions {
  readonly client: RegistryClient;
  readonly store: RunStore;
  readonly keyId: string;
  readonly now: () => Date;
  readonly random: () => number;
  readonly log: Log;
  readonly onOffer: () => void;
  /** Told when the registry answers again after it did not: it may have lost what it knew of this node. */
  readonly onReconnect: () => void;
}

/**
 * Long-poll the exchange for ever. A registry that is away, or talks nonsense, is asked again after growing waits; one that
 * answers at once without anything new is not allowed to keep the node spinning.
 */
export async function pollOffers(options: OfferPollerOptions, signal: AbortSignal): Promise<void> {
  const { client, store, keyId, now, log } = options;
  const backoff = new Backoff(options.random);
  let cursor = 0;
  let connected = true;
  while (!signal.aborted) {
    const askedAt = now().getTime();
    try {
      const answer = await client.pollOffers(keyId, cursor, signal);
      const added = await takeOffers(answer.offers, store, log);
      if (added > 0) options.onOffer();
      const advanced = answer.cursor > cursor;
      cursor = answer.cursor;
      if (!connected) {
        connected = true;
        log.info({}, "The registry answers again.");
        options.onReconnect();
      }
      const useless = added === 0 && now().getTime() - askedAt < limits.quickAnswerMs;
      if (useless) await pause(advanced ? limits.offerPageMs : backoff.next(), signal);
      else backoff.reset();
    } catch (error) {
      if (signal.aborted) return;
      const code = isFlamencoError(error) ? error.code : "FLM_INTERNAL";
      const waitMs = backoff.next();
      if (connected) log.warn({ code }, "The registry cannot be asked for studies; it is asked until it answers.");
      connected = false;
      await pause(waitMs, signal);
    }
  }
}
