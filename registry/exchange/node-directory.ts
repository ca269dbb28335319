import { FlamencoError } from "@flamenco/policies/errors";
import type { VerifiedDocument } from "@flamenco/policies/trust";
import type { Envelope, NodeAnnouncement } from "@flamenco/policies/wire";
import type { Verdict } from "./verdict.js";

interface AnnouncedNode {
  readonly name: string;
  readonly at: string;
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
   * @throws FLM_NODE_NAME_TAKEN
   */
  judge({ document, digest }: VerifiedDocument<NodeAnnouncement>): Verdict {
    const owner = this.#keys.get(document.name);
    if (owner !== undefined && owner !== document.keyId) {
      throw new FlamencoError("FLM_NODE_NAME_TAKEN", `The node name ${document.name} belongs to another key.`);
    }
    const known = this.#byKey.get(document.keyId);
    if (known === undefined) return { kind: "new" };
    if (known.name !== document.name) {
      throw new FlamencoError(
        "FLM_NODE_NAME_TAKEN",
        `This key is known as the node ${known.name}; another name needs another key.`,
      );
    }
    if (known.digest === digest) return { kind: "repeat" };
    return document.at > known.at
      ? { kind: "new" }
      : { kind: "ignored", reason: "A newer announcement of this node is here." };
  }

  /** Take an announcement that `judge` called new. */
  add({ document, digest }: VerifiedDocument<NodeAnnouncement>, envelope: Envelope): void {
    this.#keys.set(document.name, document.keyId);
    this.#byKey.set(document.keyId, { name: document.name, at: document.at, digest, envelope });
  }
}
