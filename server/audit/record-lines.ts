import { canonicalJson, tileWidth } from "@flamenco/policies/trust";
import { readRecord } from "./entry-bundle.js";
import type { LogFiles } from "./log-files.js";
import { describeDivergence, readEntries } from "./log-replay.js";

/**
 * Records of a log as lines of canonical JSON, a bundle at a time. A line without its end is what was hashed: its leaf is
 * SHA-256 of a zero byte and the line.
 * @param size entries, those of a checkpoint that was replayed before
 * @throws FLM_AUDIT_DIVERGED where the files have changed since
 */
export async function* readLines(files: LogFiles, size: number): AsyncGenerator<string> {
  for (let start = 0; start < size; start += tileWidth) {
    const width = Math.min(tileWidth, size - start);
    const bytes = (await readEntries(files, start / tileWidth, width)) ?? new Uint8Array();
    const lines: string[] = [];
    let end = 0;
    for (let index = start; index < start + width; index += 1) {
      const read = readRecord(bytes, end, index);
      if ("wrong" in read) throw describeDivergence({ index, why: read.wrong });
      lines.push(`${canonicalJson(read.record)}\n`);
      end = read.end;
    }
    yield lines.join("");
  }
}
