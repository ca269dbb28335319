import {
  describeProof,
  type FullTile,
  hashBytes,
  type SigningKey,
  signCheckpoint,
  TileTree,
  tileWidth,
} from "@flamenco/policies/trust";
import type { AuditRecord, ReleaseProof } from "@flamenco/policies/wire";
import { frameRecord, joinBytes, readRecord, splitHashes, startOfRecord } from "./entry-bundle.js";
import { limits } from "./limits.js";
import type { LogFiles } from "./log-files.js";
import { bundleOf, logLayout } from "./log-layout.js";
import { describeDivergence, type ReplayedLog, readEntries, replayLog } from "./log-replay.js";

/** Told of every record that becomes part of the log. */
export type OnRecord = (record: AuditRecord) => void;

/**
 * The log's tree and files. Order of writing, and so what a crash may leave: entries, hashes, tiles of tiles, checkpoint, then
 * a full bundle takes its final name. Whatever lies beyond the checkpoint was never answered: whole records of it are taken up
 * at the next start, torn ones cut. One step at a time: its user sees to that.
 */
export class LogStore {
  readonly #files: LogFiles;
  readonly #key: SigningKey;
  readonly #onRecord: OnRecord;
  readonly #tree: TileTree;
  #note = "";

  private constructor(files: LogFiles, key: SigningKey, onRecord: OnRecord) {
    this.#files = files;
    this.#key = key;
    this.#onRecord = onRecord;
    this.#tree = new TileTree((level, index) => this.#readTile(level, index));
  }

  /** Open what is there, or begin. @throws FLM_AUDIT_DIVERGED, FLM_AUDIT_CHECKPOINT */
  static async open(files: LogFiles, key: SigningKey, onRecord: OnRecord): Promise<LogStore> {
    const store = new LogStore(files, key, onRecord);
    const replayed = await replayLog(files, {
      keyId: key.keyId,
      onRecord: (record, leaf) => void store.#take(record, leaf),
    });
    if (replayed === undefined) await store.#sign();
    else if ("why" in replayed) throw describeDivergence(replayed);
    else await store.#recover(replayed);
    return store;
  }

  /** Records in the log. */
  get size(): number {
    return this.#tree.size;
  }

  /** Room in the open bundle: records that `write` takes at most. */
  get room(): number {
    return tileWidth - (this.size % tileWidth);
  }

  /** Put records at the end of the log; they are on the disk, under a signed checkpoint, when this resolves. */
  async write(records: readonly AuditRecord[]): Promise<void> {
    const framed = records.map((record) => ({ record, ...frameRecord(record) }));
    const bundle = bundleOf(this.size);
    await this.#files.append(logLayout.openEntries(bundle), joinBytes(framed.map(({ framed }) => framed)));
    await this.#files.append(logLayout.openHashes(bundle), joinBytes(framed.map(({ leaf }) => leaf)));
    await this.#seal(framed.flatMap(({ record, leaf }) => this.#take(record, leaf)));
  }

  /** A record, its place and its inclusion path under the present checkpoint. @throws FLM_NOT_FOUND */
  async proofOf(index: number): Promise<ReleaseProof> {
    const path = await this.#tree.inclusionPath(index);
    return describeProof(await this.#readRecord(index), this.#note, path);
  }

  /** Proof that the log continues the one of its first `size` records, and its checkpoint. @throws FLM_NOT_FOUND */
  async consistencyProof(size: number): Promise<{ checkpoint: string; proof: Uint8Array[] }> {
    return { checkpoint: this.#note, proof: await this.#tree.consistencyProof(size) };
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

  /** A record that lies in the files becomes part of the log in memory. @returns tiles that became full by it */
  #take(record: AuditRecord, leaf: Uint8Array): FullTile[] {
    this.#onRecord(record);
    return this.#tree.append(leaf);
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
