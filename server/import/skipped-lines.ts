import type { ScannedLine } from "./line-scanner.js";

const LF = 0x0a;
const QUOTE = 0x22;

/**
 * The lines of a batch (as `LineBatch` wrote it) that a typed reading skipped, each without its number and delimiter.
 * @param isRead whether the row of a line's number was read.
 */
export function* skippedLines(
  batch: Buffer,
  delimiter: string,
  isRead: (number: number) => boolean,
): Generator<ScannedLine> {
  const code = delimiter.charCodeAt(0);
  for (let at = 0; at < batch.length; ) {
    const end = batch.indexOf(LF, at);
    const start = batch.indexOf(code, at) + 1;
    const number = Number(batch.toString("latin1", at, start - 1));
    if (!isRead(number)) {
      const quoted = batch.subarray(start, end).includes(QUOTE);
      const line = { number, bytes: batch, start, end, quoted, blank: false, isText: true };
      yield { ...line, oversized: false, terminated: true, castable: false };
    }
    at = end + 1;
  }
}
