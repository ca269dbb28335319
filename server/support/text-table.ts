/** Controls, invisible and direction-changing characters, line separators: a header from somewhere may hold any of them. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Text of unknown origin as one harmless line of a terminal. */
export function toLine(text: string): string {
  return text.replaceAll(unprintable, "\uFFFD");
}

/** Text of unknown origin that may have several lines; tabs become blanks. */
export function toBlock(text: string): string {
  return text.replaceAll("\t", "  ").split(/\r?\n/).map(toLine).join("\n");
}

/** Columns apart by two blanks; numbers are given as text and aligned right. No blanks at line ends. */
export function drawTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const lines = [head, ...rows].map((cells) => cells.map(toLine));
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? "").length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A count with thousands apart: 1,234,567. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

/** Six significant digits: enough to compare with, short enough for a table. */
export function formatNumber(value: number | null): string {
  if (value === null) return "-";
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(6)));
}
