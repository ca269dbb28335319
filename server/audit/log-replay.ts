import { FlamencoError } from "@flamenco/policies/errors";
import { type Checkpoint, openCheckpoint, sameHash, tileWidth, treeRoot } from "@flamenco/policies/trust";
import type { AuditRecord } from "@flamenco/policies/wire";
import { type ReadRecord, readRecord, splitHashes } from "./entry-bundle.js";
import { limits } from "./limits.js";
import type { LogFiles } from "./log-files.js";
import { logLayout } from "./log-layout.js";

/** Where a log stops being the one that was signed. */
export interface Divergence {
  /** First entry that is not what it was; null when entries and tiles agree, and the signed root does not. */
  readonly index: number | null;
  /** For a person: `entry 5: it was altered`. */
  readonly why: string;
}

/** A divergence as an error. */
export function describeDivergence({ index, why }: Divergence): FlamencoError {
  const at = index === null ? "the log" : `entry ${index}`;
  const message = `The audit log is not what was written. ${index === null ? "The whole" : `From entry ${index} on`}: ${why}.`;
  return new FlamencoError("FLM_AUDIT_DIVERGED", message, { details: [{ at, message: why }] });
}

/** A log that was read from its files alone. */
export interface ReplayedLog {
  readonly checkpoint: Checkpoint;
  /** The checkpoint's text. */
  readonly note: string;
  /** Entries that lie whole beyond the checkpoint: written, and the process died before it signed. */
  readonly beyond: readonly { readonly record: AuditRecord; readonly leaf: Uint8Array }[];
  /** Bytes of the open bundle's file that hold whole entries; what follows is torn. */
  readonly openBytes: number;
}

export interface ReplayOptions {
  /** Key id of the node whose log it should be. */
  readonly keyId: string;
  /** Told of every entry that the checkpoint covers, in order, before the root is known to hold. */
  readonly onRecord: (record: AuditRecord, leaf: Uint8Array) => void;
}

/**
 * Read a log from its files and hold it against its signed checkpoint: every entry is a record that says its own place and
 * hashes to what its tile says; every tile of tiles follows from those below; the root is the signed one. Works beside a node
 * that writes: a log only grows, and the checkpoint is read first.
 * @returns undefined where there is no log
 * @throws FLM_AUDIT_CHECKPOINT when the checkpoint is not the node's
 */
export async function replayLog(
  files: LogFiles,
  { keyId, onRecord }: ReplayOptions,
): Promise<ReplayedLog | Divergence | undefined> {
  const noteBytes = await files.read(logLayout.checkpoint, limits.checkpointBytes);
  if (noteBytes === undefined) {
    const first = await readEntries(files, 0, 0);
    return first === undefined ? undefined : { index: 0, why: "there are entries, and the checkpoint is missing" };
  }
  const note = new TextDecoder().decode(noteBytes);
  const checkpoint = openCheckpoint(note, keyId);
  const roots: Uint8Array[] = [];
  for (let start = 0; start < checkpoint.size; start += tileWidth) {
    const bundle = await checkBundle(files, start, Math.min(tileWidth, checkpoint.size - start), onRecord);
    if ("why" in bundle) return bundle;
    roots.push(bundle.root);
  }
  const wrongTile = await checkUpperTiles(files, roots.slice(0, Math.floor(checkpoint.size / tileWidth)));
  if (wrongTile !== undefined) return wrongTile;
  if (!sameHash(treeRoot(roots), checkpoint.root)) {
    return { index: null, why: `entries and tiles agree, but not with the signed root of all ${checkpoint.size}` };
  }
  const next = Math.floor(checkpoint.size / tileWidth);
  if ((await files.read(logLayout.entries(next), limits.bundleBytes)) !== undefined) {
    return {
      index: checkpoint.size,
      why: "entries beyond the checkpoint were finished: an older checkpoint was put back",
    };
  }
  return { checkpoint, note, ...(await readBeyond(files, checkpoint.size)) };
}

/** One bundle: its records, each against the tile of hashes. */
async function checkBundle(
  files: LogFiles,
  start: number,
  width: number,
  onRecord: ReplayOptions["onRecord"],
): Promise<Divergence | { readonly root: Uint8Array }> {
  const bundle = start / tileWidth;
  const bytes = await readEntries(files, bundle, width);
  if (bytes === undefined) return { index: start, why: "its bundle is missing" };
  const tile = splitHashes((await readHashes(files, bundle, width)) ?? new Uint8Array());
  const leaves: Uint8Array[] = [];
  let end = 0;
  for (let index = start; index < start + width; index += 1) {
    const read: ReadRecord = readRecord(bytes, end, index);
    if ("wrong" in read) return { index, why: read.wrong };
    const expected = tile[index - start];
    if (expected === undefined) return { index, why: "its hash is missing" };
    if (!sameHash(expected, read.leaf)) return { index, why: "it was altered" };
    onRecord(read.record, read.leaf);
    leaves.push(read.leaf);
    end = read.end;
  }
  if (width === tileWidth && end !== bytes.length)
    return { index: start + width, why: "its bundle holds more entries" };
  return { root: treeRoot(leaves) };
}

/** Tiles of tiles hold the roots of the full ones below them. */
async function checkUpperTiles(files: LogFiles, roots: readonly Uint8Array[]): Promise<Divergence | undefined> {
  let row = roots;
  for (let level = 1; row.length >= tileWidth; level += 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; (index + 1) * tileWidth <= row.length; index += 1) {
      const expected = row.slice(index * tileWidth, (index + 1) * tileWidth);
      const tile = splitHashes(
        (await files.read(logLayout.hashes(level, index), limits.tileBytes)) ?? new Uint8Array(),
      );
      const wrong = expected.findIndex((hash, at) => !sameHash(hash, tile[at] ?? new Uint8Array()));
      if (wrong >= 0) {
        const covered = (index * tileWidth + wrong) * tileWidth ** level;
        return { index: covered, why: `the tile ${logLayout.hashes(level, index)} says otherwise` };
      }
      above.push(treeRoot(expected));
    }
    row = above;
  }
  return undefined;
}

/** Whole records of the open bundle beyond the checkpoint. The first that is none ends them: it is torn. */
async function readBeyond(files: LogFiles, size: number): Promise<Pick<ReplayedLog, "beyond" | "openBytes">> {
  const bundle = Math.floor(size / tileWidth);
  const bytes = (await files.read(logLayout.openEntries(bundle), limits.bundleBytes)) ?? new Uint8Array();
  const beyond: { record: AuditRecord; leaf: Uint8Array }[] = [];
  let end = 0;
  for (let index = bundle * tileWidth; index < (bundle + 1) * tileWidth; index += 1) {
    const read = readRecord(bytes, end, index);
    if ("wrong" in read) break;
    end = read.end;
    if (index >= size) beyond.push({ record: read.record, leaf: read.leaf });
  }
  return { beyond, openBytes: end };
}

/**
 * Entries of a bundle, wherever they lie: finished, in an export, or open. A node may finish the bundle between two looks.
 * @param width entries of it that the checkpoint covers
 */
export async function readEntries(files: LogFiles, bundle: number, width: number): Promise<Uint8Array | undefined> {
  const paths = [logLayout.entries(bundle), logLayout.openEntries(bundle), logLayout.entries(bundle)];
  if (width > 0 && width < tileWidth) paths.push(logLayout.partialEntries(bundle, width));
  return readFirst(files, paths, limits.bundleBytes);
}

/** Leaf hashes of a bundle, as `readEntries`. */
export async function readHashes(files: LogFiles, bundle: number, width: number): Promise<Uint8Array | undefined> {
  const paths = [logLayout.hashes(0, bundle), logLayout.openHashes(bundle), logLayout.hashes(0, bundle)];
  if (width > 0 && width < tileWidth) paths.push(logLayout.partialHashes(0, bundle, width));
  return readFirst(files, paths, limits.tileBytes);
}

async function readFirst(files: LogFiles, paths: readonly string[], maximum: number): Promise<Uint8Array | undefined> {
  for (const path of paths) {
    const bytes = await files.read(path, maximum);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}
