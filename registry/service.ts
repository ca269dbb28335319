import { FlamencoError } from "@flamenco/policies/errors";
import {
  openPackage,
  openSignedBy,
  signerOfCheckpoint,
  type VerifiedDocument,
  verifyReleaseProof,
} from "@flamenco/policies/trust";
import {
  Envelope,
  NodeAnnouncement,
  type OffersAnswer,
  type PostAnswer,
  type PublishAnswer,
  parseDocument,
  payloadTypes,
  ReleaseProof,
  Result,
  RunReport,
  type StudyAnswer,
  type StudyStatus,
} from "@flamenco/policies/wire";
import { admitPackage, admitStudy, openStudy, publisherOf } from "./admission/index.js";
import { Catalog } from "./catalog/index.js";
import { Bell, NodeDirectory, StudyBoard, type Verdict } from "./exchange/index.js";
import { limits } from "./limits.js";
import { type JournalEntry, Ledger, type ObjectStore } from "./storage/index.js";

/** How long a request waits and how it learns that its sender has gone. */
export interface Patience {
  readonly seconds: number;
  readonly gone: AbortSignal;
}

/**
 * What the registry does, without HTTP. Every command checks, records one journal entry, and applies it, while no other
 * command does; queries read the state in memory.
 */
export class RegistryService {
  readonly catalog = new Catalog();
  readonly nodes = new NodeDirectory();
  readonly board = new StudyBoard();
  readonly #bell = new Bell();
  readonly #now: () => Date;
  #ledger!: Ledger;

  private constructor(now: () => Date) {
    this.#now = now;
  }

  /** @throws FLM_DATA_DIR_LOCKED, FLM_REGISTRY_CORRUPT */
  static async open(directory: string, now: () => Date): Promise<RegistryService> {
    const service = new RegistryService(now);
    service.#ledger = await Ledger.open(directory, now, (entry, objects) => service.#apply(entry, objects));
    return service;
  }

  /** What opening the journal found. */
  get recovery(): Ledger["recovery"] {
    return this.#ledger.recovery;
  }

  /** @throws what `admitPackage` throws, FLM_REGISTRY_FULL, FLM_DISK_FULL */
  publishPackage(input: unknown): Promise<PublishAnswer> {
    return this.#ledger.write(async () => {
      const admission = admitPackage(input, this.catalog);
      if (admission.new) {
        const stored = await this.#ledger.store(toBytes(admission.bundle));
        await this.#ledger.record({ type: "package", ...stored });
      }
      return { package: admission.opened.reference, new: admission.new };
    });
  }

  /** @throws FLM_SCHEMA, FLM_UNSIGNED, FLM_SIGNATURE, FLM_NOT_CANONICAL, FLM_NODE_NAME_TAKEN */
  announceNode(input: unknown): Promise<PostAnswer> {
    return this.#ledger.write(async () => {
      const announcement = openAnnouncement(input);
      const envelope = toEnvelope(input);
      const verdict = this.nodes.judge(announcement, this.#now());
      if (verdict.kind === "new") await this.#ledger.record({ type: "node", envelope });
      if (verdict.kind === "passing") this.nodes.add(announcement, envelope);
      return toPostAnswer(verdict);
    });
  }

  /** @throws what `openStudy` and `admitStudy` throw */
  postStudy(input: unknown): Promise<StudyAnswer> {
    return this.#ledger.write(async () => {
      const { document, digest } = openStudy(input);
      if (this.board.has(digest)) return { study: digest, new: false };
      admitStudy(document, { catalog: this.catalog, nodes: this.nodes, now: this.#now() });
      await this.#ledger.record({ type: "study", envelope: toEnvelope(input) });
      return { study: digest, new: true };
    });
  }

  /** @throws FLM_SCHEMA, FLM_UNSIGNED, FLM_SIGNATURE, FLM_NOT_CANONICAL, and what `StudyBoard.judgeReport` throws */
  postReport(input: unknown): Promise<PostAnswer> {
    return this.#ledger.write(async () => {
      const report = openReport(input);
      const verdict = this.board.judgeReport(report, this.#now());
      if (verdict.kind === "new") await this.#ledger.record({ type: "run", envelope: toEnvelope(input) });
      if (verdict.kind === "passing") this.#takeReport(report, this.#now().toISOString());
      return toPostAnswer(verdict);
    });
  }

  /** @throws FLM_SCHEMA, FLM_UNSIGNED, FLM_SIGNATURE, FLM_NOT_CANONICAL, and what `StudyBoard.judgeResult` throws */
  postResult(input: unknown): Promise<PostAnswer> {
    return this.#ledger.write(async () => {
      const opened = openSignedBy(input, payloadTypes.result, Result, "result", ({ keyId }) => keyId);
      const verdict = this.board.judgeResult(opened);
      if (verdict.kind === "new") {
        const { study, keyId } = opened.document;
        const stored = await this.#ledger.store(toBytes(toEnvelope(input)));
        await this.#ledger.record({ type: "result", ...stored, study, keyId, digest: opened.digest });
      }
      return toPostAnswer(verdict);
    });
  }

  /**
   * Take the log proof of a release. It is not signed itself: it holds, or it is refused, whoever sent it.
   * @throws what `verifyReleaseProof` and `StudyBoard.judgeProof` throw
   */
  postProof(input: unknown): Promise<PostAnswer> {
    return this.#ledger.write(async () => {
      const { record, checkpoint } = parseDocument(ReleaseProof, input, "log proof");
      const { entry } = record;
      if (entry.type !== "release") throw new FlamencoError("FLM_AUDIT_PROOF", "The log proof is not about a release.");
      const { study, result } = entry;
      const keyId = signerOfCheckpoint(checkpoint);
      const verdict = this.board.judgeProof(study, keyId, result);
      if (verdict.kind === "new") {
        const { proof } = verifyReleaseProof(input, { study, result, keyId });
        await this.#ledger.record({ type: "proof", study, keyId, proof });
      }
      return toPostAnswer(verdict);
    });
  }

  /** Bytes of a stored object: JSON, ready to be sent. @throws FLM_REGISTRY_CORRUPT */
  readObject(digest: string): Promise<Buffer> {
    return this.#ledger.objects.get(digest);
  }

  /** Studies for a node after its cursor; waits for the first when there is none. */
  async waitForOffers(keyId: string, after: number, patience: Patience): Promise<OffersAnswer> {
    const found = this.board.offersFor(keyId, after, this.#now());
    if (found.offers.length > 0) return found;
    await this.#wait(`node ${keyId}`, patience);
    return this.board.offersFor(keyId, after, this.#now());
  }

  /**
   * Status of a study; when a revision is given, waits while it is still the present one. A revision that is ahead of the
   * present one is from before a restart, which forgets passing news: that is answered at once.
   * @throws FLM_STUDY_UNKNOWN
   */
  async waitForStatus(study: string, revision: number | undefined, patience: Patience): Promise<StudyStatus> {
    const found = this.board.status(study, this.#now());
    if (found.revision !== revision) return found;
    const expiry = this.board.millisecondsToExpiry(study, this.#now());
    await this.#wait(`study ${study}`, patience, expiry);
    return this.board.status(study, this.#now());
  }

  /** Answer everybody who waits; nobody waits any more. */
  releaseWaiting(): void {
    this.#bell.close();
  }

  /** Wait for the writes that are under way, then let the folder go. */
  close(): Promise<void> {
    return this.#ledger.close();
  }

  #wait(topic: string, { seconds, gone }: Patience, ceilingMs = Number.POSITIVE_INFINITY): Promise<void> {
    return this.#bell.wait(topic, Math.min(Math.min(seconds, limits.longPollSeconds) * 1000, ceilingMs), gone);
  }

  #takeReport(report: VerifiedDocument<RunReport>, at: string): void {
    this.board.applyReport(report, at);
    this.#bell.ring(`study ${report.document.study}`);
  }

  async #apply({ sequence, at, body }: JournalEntry, objects: ObjectStore): Promise<void> {
    switch (body.type) {
      case "package": {
        const opened = openPackage(JSON.parse((await objects.get(body.object)).toString("utf8")));
        return this.catalog.add(opened, publisherOf(opened), body.object, at);
      }
      case "node":
        return this.nodes.add(openAnnouncement(body.envelope), body.envelope);
      case "study": {
        const study = openStudy(body.envelope);
        this.board.add(study, body.envelope, sequence, at);
        for (const { keyId } of study.document.targets) this.#bell.ring(`node ${keyId}`);
        return;
      }
      case "run":
        return this.#takeReport(openReport(body.envelope), at);
      case "result":
        this.board.applyResult(body, at);
        return this.#bell.ring(`study ${body.study}`);
      case "proof":
        return this.board.applyProof(body);
    }
  }
}

function openAnnouncement(input: unknown) {
  return openSignedBy(input, payloadTypes.node, NodeAnnouncement, "node announcement", ({ keyId }) => keyId);
}

function openReport(input: unknown) {
  return openSignedBy(input, payloadTypes.run, RunReport, "run report", ({ keyId }) => keyId);
}

function toEnvelope(input: unknown): Envelope {
  return parseDocument(Envelope, input, "envelope");
}

function toBytes(document: object): Buffer {
  return Buffer.from(JSON.stringify(document), "utf8");
}

function toPostAnswer(verdict: Verdict): PostAnswer {
  return verdict.kind === "ignored" ? { accepted: false, reason: verdict.reason } : { accepted: true, reason: null };
}
