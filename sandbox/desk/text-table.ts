import Table from "cli-table3";

/** Controls, invisible and direction-changing characters, line separators: a header from somewhere may hold any of them. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Text of unknown origin as one harmless line of a terminal. */
export function toLine(text: string): string {
  return text.replaceAll(unprintable, "\uFFFD");
}

/** A column of a table: its heading, and whether it holds numbers, which are aligned right. */
export interface TextColumn {
  readonly name: string;
  readonly numeric?: boolean;
}

/** Every line that cli-table3 would draw, as nothing. */
const noBorders = Object.freeze(
  Object.fromEntries(
    ["top", "bottom", "left", "right", "mid"]
      .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
      .concat("left-mid", "mid-mid", "right-mid")
      .map((part) => [part, ""]),
  ),
);

/** Lines without borders, columns two blanks apart, no blanks at line ends. */
export function drawTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ name }) => toLine(name)),
    colAligns: columns.map(({ numeric }) => (numeric === true ? "right" : "left")),
    chars: { ...noBorders, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows) table.push(row.map(toLine));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** A share as `0.123`, or `-` where nothing is known. */
export function formatShare(value: number | null): string {
  return value === null ? "-" : value.toFixed(3);
}
