import { FlamencoError } from "@flamenco/policies/errors";
import {
  canonicalJson,
  describeProof,
  digestOf,
  type FullTile,
  hashBytes,
  type SigningKey,
  signCheckpoint,
  TileTree,
  tileWidth,
} from "@flamenco/policies/trust";
import { AuditEntry, type AuditRecord, parseDocument, type ReleaseProof } from "@flamenco/policies/wire";
import { isDiskFull } from "../datasets/index.js";
import { frameRecord, joinBytes, readRecord, splitHashes, startOfRecord } from "./entry-bundle.js";
import { subjectOf } from "./entry-subject.js";
import { limits } from "./limits.js";
import type { LogFiles } from "./log-files.js";
import { bundleOf, logLayout } from "./log-layout.js";
import { describeDivergence, type ReplayedLog, readEntries, replayLog } from "./log-replay.js";
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
 *
 * Order of writing, and so what a crash may leave: entries, hashes, checkpoint, then a full bundle takes its final name.
 * Whatever lies beyond the checkpoint was never answered: whole entries of it are taken up at the next start, torn ones cut.
 */
export class AuditLog {
  readonly #files: LogFiles;
  readonly #key: SigningKey;
  readonly #now: () => Date;
  readonly #tree: TileTree;
  readonly #latest = new Map<string, Latest>();
  readonly #waiting: Waiting[] = [];
  readonly #turns = new Turns();
  #note = "";
  #broken: FlamencoError | undefined;

  private constructor({ files, key, now }: AuditLogOptions) {
    this.#files = files;
    this.#key = key;
    this.#now = now;
    this.#tree = new TileTree((level, index) => this.#readTile(level, index));
  }

  /**
   * Open the log of a folder, or begin one in an empty folder. Everything in it is checked first.
   * @throws FLM_AUDIT_DIVERGED naming the first entry that is not what it was; FLM_AUDIT_CHECKPOINT for another key's log
   */
  static async open(options: AuditLogOptions): Promise<AuditLog> {
    const log = new AuditLog(options);
    const onRecord = (record: AuditRecord, leaf: Uint8Array) => void log.#take(record, leaf);
    const replayed = await replayLog(options.files, { keyId: options.key.keyId, onRecord });
    if (replayed === undefined) await log.#sign();
    else if ("why" in replayed) throw describeDivergence(replayed);
    else await log.#recover(replayed);
    return log;
  }

  /** Entries in the log. */
  get size(): number {
    return this.#tree.size;
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
    return this.#whenWhole(async () => {
      const path = await this.#tree.inclusionPath(index);
      return describeProof(await this.#readRecord(index), this.#note, path);
    });
  }

  /**
   * Proof that the log continues the one of its first `size` entries (RFC 6962 section 2.1.2).
   * @throws FLM_NOT_FOUND, FLM_AUDIT_BROKEN
   */
  consistencyProof(size: number): Promise<{ checkpoint: string; proof: Uint8Array[] }> {
    return this.#whenWhole(async () => ({ checkpoint: this.#note, proof: await this.#tree.consistencyProof(size) }));
  }

  /** Wait for what is being written. */
  async close(): Promise<void> {
    await this.#turns.take(async () => {
      this.#broken ??= new FlamencoError("FLM_AUDIT_BROKEN", "The audit log was closed.");
    });
  }

  /** Bring the files to the state that they would have without the crash, if there was one. */
  async #recover({ note, beyond, openBytes }: ReplayedLog): Promise<void> {
    this.#note = note;
    const bundle = bundleOf(this.size);
    if (this.size > 0 && this.size % tileWidth === 0) await this.#finishBundle(bundle - 1);
    const entries = await this.#files.read(logLayout.openEntries(bundle), limits.bundleBytes);
    if (entries === undefined) return;
    if (entries.length > openBytes) await this.#files.cut(logLayout.openEntries(bundle), openBytes);
    const hashes = (await this.#files.read(logLayout.openHashes(bundle), limits.tileBytes)) ?? new Uint8Array();
    const covered = hashes.subarray(0, (this.size % tileWidth) * hashBytes);
    if (hashes.length > covered.length || beyond.length > 0) {
      const leaves = joinBytes([covered, ...beyond.map(({ leaf }) => leaf)]);
      await this.#files.replace(logLayout.openHashes(bundle), leaves);
    }
    if (beyond.length === 0) return;
    await this.#seal(beyond.flatMap(({ record, leaf }) => this.#take(record, leaf)));
  }

  /** An entry that lies in the files becomes part of the log in memory. @returns tiles that became full by it */
  #take({ index, entry }: AuditRecord, leaf: Uint8Array): FullTile[] {
    this.#latest.set(subjectOf(entry), { index, content: digestOf(entry) });
    return this.#tree.append(leaf);
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
      const batch = this.#waiting.splice(0, tileWidth - (this.#tree.size % tileWidth));
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
      const index = this.#tree.size + records.length;
      records.push({ schema: "flamenco-audit/1", index, at, entry });
      fresh.set(subject, { index, content });
      return () => resolve(index);
    });
    if (records.length > 0) await this.#write(records);
    return () => {
      for (const answer of answers) answer();
    };
  }

  async #write(records: readonly AuditRecord[]): Promise<void> {
    const framed = records.map((record) => ({ record, ...frameRecord(record) }));
    const bundle = bundleOf(this.size);
    try {
      await this.#files.append(logLayout.openEntries(bundle), joinBytes(framed.map(({ framed }) => framed)));
      await this.#files.append(logLayout.openHashes(bundle), joinBytes(framed.map(({ leaf }) => leaf)));
      await this.#seal(framed.flatMap(({ record, leaf }) => this.#take(record, leaf)));
    } catch (cause) {
      throw this.#break(cause);
    }
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

  /** What was added becomes what the log says of itself. Tiles of tiles come before the checkpoint that covers them. */
  async #seal(full: readonly FullTile[]): Promise<void> {
    for (const { level, index, hashes } of full) {
      if (level > 0) await this.#files.replace(logLayout.hashes(level, index), joinBytes(hashes));
    }
    await this.#sign();
    for (const { level, index } of full) if (level === 0) await this.#finishBundle(index);
  }

  async #sign(): Promise<void> {
    const note = signCheckpoint({ size: this.size, root: this.#tree.root() }, this.#key);
    await this.#files.replace(logLayout.checkpoint, new TextEncoder().encode(note));
    this.#note = note;
  }

  /** Give a full bundle its final place. */
  async #finishBundle(bundle: number): Promise<void> {
    await this.#files.move(logLayout.openHashes(bundle), logLayout.hashes(0, bundle));
    await this.#files.move(logLayout.openEntries(bundle), logLayout.entries(bundle));
  }

  async #readTile(level: number, index: number): Promise<Uint8Array[]> {
    const tile = await this.#files.read(logLayout.hashes(level, index), limits.tileBytes);
    return splitHashes(tile ?? new Uint8Array());
  }

  async #readRecord(index: number): Promise<AuditRecord> {
    const bytes = (await readEntries(this.#files, bundleOf(index), 0)) ?? new Uint8Array();
    const read = readRecord(bytes, startOfRecord(bytes, index % tileWidth), index);
    if ("wrong" in read) throw describeDivergence({ index, why: read.wrong });
    return read.record;
  }
}
