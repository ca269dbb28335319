import { FlamencoError } from "@flamenco/policies/errors";
import type { LabelWeights } from "../../learning/index.js";
import { cellsOf, type DataTable, numericColumn, readNumbers } from "../data-table.js";
import { toLine } from "../text-table.js";

/** Labels of a table's rows. */
export interface TableLabels {
  readonly labels: readonly string[];
  /** Index of each row's label by ground truth; -1 where the cell is empty. */
  readonly truth: Int32Array;
  /** What training learns from. */
  readonly weights: LabelWeights;
  /** Index of the most probable label of `weights`; -1 for rows that have none. */
  readonly learned: Int32Array;
}

/** As many as a task may have. */
const MOST_LABELS = 8;
/** Soft labels of a row sum to 1 to within what writing them with few digits costs. */
const SUM_TOLERANCE = 0.01;

const missing = /^(?:null|nan)?$/i;

/**
 * Labels from the target column, and soft labels from their columns where there are any.
 * @param soft columns `p_LABEL` or `LABEL`; of two labels one column is enough
 * @throws FLM_FIELD_MISSING, FLM_TOO_LARGE, FLM_LEARN_ONE_CLASS, FLM_SCHEMA naming column and line
 */
export function readLabels(table: DataTable, target: string, soft: readonly string[]): TableLabels {
  const { names, cells } = readTarget(table, target);
  if (soft.length === 0) {
    assertTwo(names, target);
    const truth = Int32Array.from(cells, (cell) => (cell === "" ? -1 : names.indexOf(cell)));
    const weights = { labelCount: names.length, weights: new Float64Array(table.rows * names.length) };
    for (const [row, label] of truth.entries()) if (label >= 0) weights.weights[row * names.length + label] = 1;
    return { labels: names, truth, weights, learned: truth };
  }
  const columns = soft.map((column) => ({ column, label: column.replace(/^p_/, "") }));
  const labels = soft.length === 1 ? names : columns.map(({ label }) => label);
  assertTwo(labels, target);
  const foreign = cells.findIndex((cell) => cell !== "" && !labels.includes(cell));
  if (
    foreign >= 0 ||
    columns.some(({ label }) => !labels.includes(label)) ||
    (soft.length === 1 && labels.length > 2)
  ) {
    throw new FlamencoError(
      "FLM_SCHEMA",
      `The soft labels' columns are not those of the labels in ${toLine(target)}: name a column for every label, p_LABEL or LABEL.`,
    );
  }
  const truth = Int32Array.from(cells, (cell) => (cell === "" ? -1 : labels.indexOf(cell)));
  return { labels, truth, ...readSoft(table, columns, labels) };
}

/** Cells as labels, and the labels in order: by size when all are numbers, else by letters. */
function readTarget(table: DataTable, target: string): { names: string[]; cells: string[] } {
  const texts = cellsOf(table, target);
  const numbers = readNumbers(texts);
  const cells =
    typeof numbers === "number"
      ? texts.map((text) => (missing.test(text.trim()) ? "" : text.trim()))
      : Array.from(numbers, (value) => (Number.isNaN(value) ? "" : String(value)));
  const names = [...new Set(cells)].filter((name) => name !== "");
  if (names.length > MOST_LABELS) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `The column ${toLine(target)} holds ${names.length} different values; a classifier takes at most ${MOST_LABELS} labels. Is it a number to predict?`,
    );
  }
  names.sort(typeof numbers === "number" ? undefined : (a, b) => Number(a) - Number(b));
  return { names, cells };
}

function assertTwo(labels: readonly string[], target: string): void {
  if (labels.length >= 2) return;
  throw new FlamencoError("FLM_LEARN_ONE_CLASS", `The column ${toLine(target)} holds fewer than two labels.`);
}

function readSoft(
  table: DataTable,
  columns: readonly { readonly column: string; readonly label: string }[],
  labels: readonly string[],
): Pick<TableLabels, "weights" | "learned"> {
  const k = labels.length;
  const shares = columns.map(({ column, label }) => ({
    values: numericColumn(table, column),
    label: labels.indexOf(label),
  }));
  const weights = new Float64Array(table.rows * k);
  const learned = new Int32Array(table.rows).fill(-1);
  for (let row = 0; row < table.rows; row++) {
    const own = weights.subarray(row * k, (row + 1) * k);
    for (const { values, label } of shares) own[label] = values[row]!;
    if (own.every((share, label) => Number.isNaN(share) || (shares.length === 1 && label !== shares[0]!.label))) {
      own.fill(0);
      continue;
    }
    if (shares.length === 1) own[1 - shares[0]!.label] = 1 - own[shares[0]!.label]!;
    const sum = own.reduce((total, share) => total + share, 0);
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE) || own.some((share) => share < 0)) {
      throw new FlamencoError(
        "FLM_SCHEMA",
        `${toLine(table.path)}:${table.lines[row]}: the soft labels are not probabilities that sum to 1.`,
      );
    }
    for (let label = 0; label < k; label++) own[label]! /= sum;
    learned[row] = own.indexOf(Math.max(...own));
  }
  return { weights: { labelCount: k, weights }, learned };
}
