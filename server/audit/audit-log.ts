import { FlamencoError } from "@flamenco/policies/errors";
import { canonicalJson, digestOf, type SigningKey } from "@flamenco/policies/trust";
import { AuditEntry, type AuditRecord, parseDocument, type ReleaseProof } from "@flamenco/policies/wire";
import { isDiskFull } from "../datasets/index.js";
import { subjectOf } from "./entry-subject.js";
import { limits } from "./limits.js";
import type { LogFiles } from "./log-files.js";
import { LogStore } from "./log-store.js";
import { Turns } from "./turns.js";

export interface AuditLogOptions {
  readonly files: LogFiles;
  /** The node's key: it signs every checkpoint. */
  readonly key: SigningKey;
  readonly now: () => Date;
}

/** The latest entry about a subject. */
interface Latest {
  readonly index: number;
  /** Digest of the entry without its time. */
  readonly content: string;
}

interface Waiting {
  readonly entry: AuditEntry;
  readonly resolve: (index: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The audit log of a node: append-only, one writer (the node's directory is locked). An entry is answered when its bytes, its
 * hash and a signed checkpoint that covers it are on the disk. Entries that come while the disk is busy are written together.
 */
export class AuditLog {
  readonly #now: () => Date;
  readonly #latest = new Map<string, Latest>();
  readonly #waiting: Waiting[] = [];
  readonly #turns = new Turns();
  #store!: LogStore;
  #broken: FlamencoError | undefined;

  private constructor(now: () => Date) {
    this.#now = now;
  }

  /**
   * Open the log of a folder, or begin one in an empty folder. Everything in it is checked first.
   * @throws FLM_AUDIT_DIVERGED naming the first entry that is not what it was; FLM_AUDIT_CHECKPOINT for another key's log
   */
  static async open({ files, key, now }: AuditLogOptions): Promise<AuditLog> {
    const log = new AuditLog(now);
    log.#store = await LogStore.open(files, key, ({ index, entry }) => {
      log.#latest.set(subjectOf(entry), { index, content: digestOf(entry) });
    });
    return log;
  }

  /** Entries in the log. */
  get size(): number {
    return this.#store.size;
  }

  /**
   * Record an entry (see `RecordAudit`): on the disk when this resolves.
   * @returns its index; that of the latest entry about the same thing when that says the same
   * @throws FLM_SCHEMA, FLM_NOT_CANONICAL, FLM_TOO_LARGE, FLM_DISK_FULL, FLM_AUDIT_BROKEN
   */
  async append(entry: AuditEntry): Promise<number> {
    const checked = parseDocument(AuditEntry, entry, "audit entry");
    if (Buffer.byteLength(canonicalJson(checked)) > limits.entryBytes) {
      throw new FlamencoError("FLM_TOO_LARGE", `An entry of the audit log has at most ${limits.entryBytes} bytes.`);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry: checked, resolve, reject });
      // One turn takes all that wait; the turns of the others then find nothing to do.
      void this.#turns.take(() => this.#writeWaiting());
    });
  }

  /** An entry, its place and its inclusion path under the present checkpoint. @throws FLM_NOT_FOUND, FLM_AUDIT_BROKEN */
  proofOf(index: number): Promise<ReleaseProof> {
    return this.#whenWhole(() => this.#store.proofOf(index));
  }

  /**
   * Proof that the log continues the one of its first `size` entries (RFC 6962 section 2.1.2).
   * @throws FLM_NOT_FOUND, FLM_AUDIT_BROKEN
   */
  consistencyProof(size: number): Promise<{ checkpoint: string; proof: Uint8Array[] }> {
    return this.#whenWhole(() => this.#store.consistencyProof(size));
  }

  /** Wait for what is being written. */
  async close(): Promise<void> {
    await this.#turns.take(async () => {
      this.#broken ??= new FlamencoError("FLM_AUDIT_BROKEN", "The audit log was closed.");
    });
  }

  /** Between two writes, tree and checkpoint are of one size; after one that failed they are not. */
  #whenWhole<T>(look: () => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      if (this.#broken !== undefined) throw this.#broken;
      return look();
    });
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      // A batch ends where the open bundle is full.
      const batch = this.#waiting.splice(0, this.#store.room);
      try {
        const settle = await this.#writeBatch(batch);
        settle();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  /** @returns what answers those who wait, once everything is on the disk */
  async #writeBatch(batch: readonly Waiting[]): Promise<() => void> {
    if (this.#broken !== undefined) throw this.#broken;
    const at = this.#now().toISOString();
    const records: AuditRecord[] = [];
    const fresh = new Map<string, Latest>();
    const answers = batch.map(({ entry, resolve }) => {
      const subject = subjectOf(entry);
      const content = digestOf(entry);
      const known = fresh.get(subject) ?? this.#latest.get(subject);
      if (known?.content === content) return () => resolve(known.index);
      const index = this.#store.size + records.length;
      records.push({ schema: "flamenco-audit/1", index, at, entry });
      fresh.set(subject, { index, content });
      return () => resolve(index);
    });
    if (records.length > 0) {
      await this.#store.write(records).catch((cause: unknown) => {
        throw this.#break(cause);
      });
    }
    return () => {
      for (const answer of answers) answer();
    };
  }

  /** After a failed write nobody knows what the disk holds; only a replay of the files does. */
  #break(cause: unknown): FlamencoError {
    this.#broken = new FlamencoError(
      "FLM_AUDIT_BROKEN",
      "The audit log could not be written and takes no more. Start the node again.",
      { cause },
    );
    if (!isDiskFull(cause)) return this.#broken;
    return new FlamencoError("FLM_DISK_FULL", "The disk is full: the audit log could not be written.", { cause });
  }
}
