import { tileWidth, treeRoot } from "@flamenco/policies/trust";
import { joinBytes, splitHashes, startOfRecord } from "./entry-bundle.js";
import type { LogFiles } from "./log-files.js";
import { logLayout } from "./log-layout.js";
import { type ReplayedLog, readEntries, readHashes } from "./log-replay.js";

/**
 * Write a log that was replayed as a folder of its own: what c2sp.org/tlog-tiles serves, partial tiles and all, under the
 * checkpoint that was replayed. A node may go on writing meanwhile. The checkpoint comes last: half an export has none.
 */
export async function exportLog(from: LogFiles, to: LogFiles, { checkpoint, note }: ReplayedLog): Promise<void> {
  const roots: Uint8Array[] = [];
  for (let start = 0; start < checkpoint.size; start += tileWidth) {
    const bundle = start / tileWidth;
    const width = Math.min(tileWidth, checkpoint.size - start);
    const entries = (await readEntries(from, bundle, width)) ?? new Uint8Array();
    const hashes = splitHashes((await readHashes(from, bundle, width)) ?? new Uint8Array()).slice(0, width);
    await to.replace(logLayout.partialEntries(bundle, width), entries.subarray(0, startOfRecord(entries, width)));
    await to.replace(logLayout.partialHashes(0, bundle, width), joinBytes(hashes));
    if (width === tileWidth) roots.push(treeRoot(hashes));
  }
  let row = roots;
  for (let level = 1; row.length > 0; level += 1) {
    const above: Uint8Array[] = [];
    for (let first = 0; first < row.length; first += tileWidth) {
      const hashes = row.slice(first, first + tileWidth);
      await to.replace(logLayout.partialHashes(level, first / tileWidth, hashes.length), joinBytes(hashes));
      if (hashes.length === tileWidth) above.push(treeRoot(hashes));
    }
    row = above;
  }
  await to.replace(logLayout.checkpoint, new TextEncoder().encode(note));
}
