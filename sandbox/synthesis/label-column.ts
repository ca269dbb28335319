import { FlamencoError } from "@flamenco/policies/errors";
import type { LocalKind, Task } from "@flamenco/policies/wire";

/** The labels of a table's rows. */
export interface LabelColumn {
  readonly task: Task;
  /** Label index of each row, -1 where the cell is empty. */
  readonly truth: Int8Array;
  /** What each text of the column means. */
  readonly cells: LocalKind["labels"];
}

export interface LabelOptions {
  readonly column: string;
  readonly taskId: string;
  /** Order of the labels; absent: that of first appearance. */
  readonly labels?: readonly string[] | undefined;
  /** Absent: the last label. */
  readonly positive?: string | undefined;
}

const NAME_CHARACTERS = 64;
const DIGITS = /^[+-]?[01](\.0+)?$/;

/**
 * Two labels from a column of `-1`/`1`, `0`/`1` (named negative and positive) or names, which are made lower-case.
 * @throws FLM_SCHEMA when the column does not hold two labels, FLM_USAGE when the options name others
 */
export function readLabelColumn(cells: readonly string[], options: LabelOptions): LabelColumn {
  const { column, taskId } = options;
  const texts = [...new Set(cells.map((cell) => cell.trim()).filter((cell) => cell !== ""))];
  if (texts.length > 8) throw wrongCount(column, texts.length);
  const nameOf = new Map(texts.map((text) => [text, nameLabel(text, texts, column)]));
  const found = [...new Set(nameOf.values())];
  if (found.length !== 2) throw wrongCount(column, found.length);
  const labels = [...(options.labels ?? (found.includes("negative") ? ["negative", "positive"] : found))];
  if (labels.length !== 2 || !labels.every((label) => found.includes(label)) || labels[0] === labels[1]) {
    throw new FlamencoError(
      "FLM_USAGE",
      "--labels names the two labels of the label column, each once, in lower case.",
    );
  }
  const positive = options.positive ?? labels[1]!;
  if (!labels.includes(positive)) throw new FlamencoError("FLM_USAGE", "--positive is not one of the two labels.");
  return {
    task: { id: taskId, labels, positive },
    truth: Int8Array.from(cells, (cell) => labels.indexOf(nameOf.get(cell.trim()) ?? "")),
    cells: texts.map((cell) => ({ cell, label: nameOf.get(cell)! })),
  };
}

function nameLabel(text: string, all: readonly string[], column: string): string {
  if (all.every((one) => DIGITS.test(one))) return Number(text) > 0 ? "positive" : "negative";
  const name = text
    .slice(0, 4 * NAME_CHARACTERS)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, NAME_CHARACTERS);
  if (name !== "") return name;
  throw new FlamencoError(
    "FLM_SCHEMA",
    `The label column ${column} holds a text that names no label. Use -1 and 1, 0 and 1, or two words.`,
  );
}

function wrongCount(column: string, count: number): FlamencoError {
  return new FlamencoError(
    "FLM_SCHEMA",
    `The label column ${column} holds ${count > 8 ? "more than 8" : count} labels; automatic labeling functions take two. Join or drop the others.`,
  );
}
