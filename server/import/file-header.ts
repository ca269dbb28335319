import { splitCsvLine } from "./csv-line.js";
import type { Dialect } from "./dialects/index.js";
import type { ScannedLine } from "./line-scanner.js";

/** Cells of a header line, as a dialect's delimiter divides them; none when the line cannot be that dialect's header. */
export type Header = (dialect: Dialect) => readonly string[];

/** The header that a line of a file's beginning is, or null for a comment before the header. */
export function readHeader(line: ScannedLine, candidates: readonly Dialect[]): Header | null {
  const text = line.oversized || !line.isText ? "" : line.bytes.toString("utf8", line.start, line.end);
  const marked = candidates.flatMap(({ comments }) => (comments !== undefined ? [comments] : []));
  if (marked.some(({ mark, headerMark }) => text.startsWith(mark) && !text.startsWith(headerMark))) return null;
  return (dialect) => {
    const { comments, delimiter } = dialect;
    if (comments === undefined) return splitCsvLine(text, delimiter) ?? [];
    const mark = comments.headerMark + delimiter;
    return text.startsWith(mark) ? (splitCsvLine(text.slice(mark.length), delimiter) ?? []) : [];
  };
}
