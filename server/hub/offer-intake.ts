import { digestOf, parseCanonicalJson } from "@flamenco/policies/trust";
import type { OffersAnswer } from "@flamenco/policies/wire";
import type { RunStore } from "../jobs/index.js";
import { limits } from "../limits.js";
import type { Log } from "../support/index.js";

type Offer = OffersAnswer["offers"][number];

/** True when the envelope's payload is the study that the offer names: otherwise there is nothing to answer for. */
function holdsNamedStudy({ study, envelope }: Offer): boolean {
  try {
    const text = Buffer.from(envelope.payload, "base64").toString("utf8");
    return digestOf(parseCanonicalJson(text)) === study;
  } catch {
    return false;
  }
}

/**
 * Keep offers that are new. One whose envelope holds something else than it says is dropped: whatever its name, this is
 * not that study, and a real one may still come.
 * @returns how many were new.
 */
export async function takeOffers(offers: readonly Offer[], store: RunStore, log: Log): Promise<number> {
  let added = 0;
  for (const offer of offers) {
    const text = JSON.stringify(offer.envelope);
    if (text.length > limits.studyEnvelopeBytes || !holdsNamedStudy(offer)) {
      log.warn(
        { study: offer.study },
        "The registry offered something that is not the study it names; it was dropped.",
      );
      continue;
    }
    if (await store.addOffered(offer.study, text)) added += 1;
  }
  return added;
}
