import type { Cell } from "./record-format.js";

const NEEDS_QUOTES = /[",\r\n]/;

/**
 * One row of the dialect `flamenco`: a CSV whose heading line names fields of the kind, in the kind's units. Numbers in the
 * shortest form that reads back as the same double (ECMA-262, Number::toString), a missing value as an empty cell.
 */
export function canonicalLine(cells: readonly Cell[]): string {
  let line = "";
  for (let at = 0; at < cells.length; at += 1) {
    const cell = cells[at] ?? "";
    const text = typeof cell === "string" && NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : String(cell);
    line += at === 0 ? text : `,${text}`;
  }
  return line;
}
