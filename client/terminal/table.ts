import Table from "cli-table3";
import type { Terminal } from "./terminal.js";

export interface TableColumn {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Titles over several columns each, above the header. */
export interface ColumnGroup {
  readonly title: string;
  readonly span: number;
}

const noBorders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

/** A table without lines: bold header, cells apart by two blanks. Cells must be printable already (`toLine`). */
export function drawTable(
  { colors }: Terminal,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  groups: readonly ColumnGroup[] = [],
): string {
  const table = new Table({
    chars: noBorders,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: columns.map(({ align }) => align ?? "left"),
  });
  if (groups.length > 0) {
    table.push(
      groups.map(({ title, span }) => ({ content: colors.bold(title), colSpan: span, hAlign: "left" as const })),
    );
  }
  table.push(columns.map(({ title }) => colors.dim(title)));
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Columns that the widest line of a text takes on the screen. */
export function widthOf(text: string): number {
  return Math.max(0, ...text.split("\n").map((line) => [...stripColors(line)].length));
}

function stripColors(line: string): string {
  return line.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "");
}

/** Texts beside each other when the terminal is wide enough, below each other when not. */
export function placeSideBySide({ columns }: Terminal, texts: readonly string[], gap = 4): string {
  const widths = texts.map(widthOf);
  if (widths.reduce((sum, width) => sum + width + gap, -gap) > columns) return texts.join("\n\n");
  const blocks = texts.map((text) => text.split("\n"));
  const height = Math.max(...blocks.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    blocks
      .map((lines, index) => {
        const line = lines[row] ?? "";
        return line + " ".repeat((widths[index] ?? 0) - widthOf(line) + gap);
      })
      .join("")
      .trimEnd(),
  ).join("\n");
}
