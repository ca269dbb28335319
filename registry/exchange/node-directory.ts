import { FlamencoError } from "@flamenco/policies/errors";
import { digestOf, type VerifiedDocument } from "@flamenco/policies/trust";
import type { Envelope, NodeAnnouncement } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import type { Verdict } from "./verdict.js";

const MS_PER_MINUTE = 60_000;

interface AnnouncedNode {
  readonly document: NodeAnnouncement;
  readonly digest: string;
  readonly envelope: Envelope;
}

/** Nodes that have announced themselves. A name belongs to the first key that used it, and a key has one name. */
export class NodeDirectory {
  readonly #byKey = new Map<string, AnnouncedNode>();
  readonly #keys = new Map<string, string>();

  /** Key of the node of that name, or undefined. */
  keyOf(name: string): string | undefined {
    return this.#keys.get(name);
  }

  /** The latest announcement of every node. */
  envelopes(): Envelope[] {
    return [...this.#byKey.values()].map(({ envelope }) => envelope);
  }

  /**
   * What to do with an announcement. An older one, sent again by anybody, must not bring back an old list of datasets.
   * One that only says "still here", or what was charged since, is passing news: the journal would grow with every release.
   * @throws FLM_NODE_NAME_TAKEN, FLM_SCHEMA when the node's clock is wrong
   */
  judge({ document, digest }: VerifiedDocument<NodeAnnouncement>, now: Date): Verdict {
    assertClock(document, now);
    const owner = this.#keys.get(document.name);
    if (owner !== undefined && owner !== document.keyId) {
      throw new FlamencoError("FLM_NODE_NAME_TAKEN", `The node name ${document.name} belongs to another key.`);
    }
    const known = this.#byKey.get(document.keyId);
    if (known === undefined) return { kind: "new" };
    if (known.document.name !== document.name) {
      throw new FlamencoError(
        "FLM_NODE_NAME_TAKEN",
        `This key is known as the node ${known.document.name}; another name needs another key.`,
      );
    }
    if (known.digest === digest) return { kind: "repeat" };
    if (document.at <= known.document.at) {
      return { kind: "ignored", reason: "A newer announcement of this node is here." };
    }
    return digestOf(lasting(document)) === digestOf(lasting(known.document)) ? { kind: "passing" } : { kind: "new" };
  }

  /** Take an announcement that `judge` called new or passing. */
  add({ document, digest }: VerifiedDocument<NodeAnnouncement>, envelope: Envelope): void {
    this.#keys.set(document.name, document.keyId);
    this.#byKey.set(document.keyId, { document, digest, envelope });
  }
}

/** An announcement without what changes from hour to hour. */
function lasting({ at: _, datasets, ...document }: NodeAnnouncement): unknown {
  const charged = { datasetMicroRho: 0, collaborators: [], complete: true };
  return {
    ...document,
    datasets: datasets.map(({ terms, ...dataset }) => (terms ? { ...dataset, terms: { ...terms, charged } } : dataset)),
  };
}

function assertClock({ at }: NodeAnnouncement, now: Date): void {
  const aheadMs = Date.parse(at) - now.getTime();
  if (aheadMs <= limits.nodeClockAheadMinutes * MS_PER_MINUTE) return;
  const message = Number.isNaN(aheadMs)
    ? "Not a date that exists."
    : `More than ${limits.nodeClockAheadMinutes} minutes ahead of the registry's clock, which says ${now.toISOString()}.`;
  throw new FlamencoError("FLM_SCHEMA", `The node announcement's time is wrong: ${message}`, {
    details: [{ at: "/at", message }],
  });
}
