import type { LabelModel } from "@flamenco/policies/wire";
import type { ClassBalance } from "./class-balance.js";

/** What every label model yields; `fitLabelModel` makes the document of it, and predictions rest on nothing else. */
export interface ModelFit {
  readonly model: LabelModel["model"];
  readonly balance: ClassBalance;
  /** Estimated accuracy of each LF where it votes; `null` for one that never votes, or where the model has none. */
  readonly weights: readonly (number | null)[];
  /** `conditional[i][v][y]` = P(LF i votes v | label y), v = 0 abstains; `null` where nothing is known. */
  readonly conditional: (number | null)[][][];
  /** `precision[i][j][y]` = P(label y | LF i votes j), where the model predicts from it. */
  readonly precision?: number[][][];
  readonly converged: boolean;
  readonly iterations: number;
  readonly identified: boolean;
  readonly warnings: readonly string[];
}

/** Probability table of votes: entry `(i * (k + 1) + v) * k + y` = P(LF i votes v | label y), v = 0 abstains. */
export interface VoteTable {
  readonly lfCount: number;
  readonly labelCount: number;
  readonly values: Float64Array;
}

/** A table of zeros. */
export function createVoteTable(lfCount: number, labelCount: number): VoteTable {
  return { lfCount, labelCount, values: new Float64Array(lfCount * (labelCount + 1) * labelCount) };
}

/** Index of P(LF i votes v | label y) in a table; v = 0 abstains. */
export function cellOf(table: VoteTable, lf: number, symbol: number, label: number): number {
  return (lf * (table.labelCount + 1) + symbol) * table.labelCount + label;
}

/** The table as nested lists of shares, for the document: `null` for LFs that never voted and labels of no prior. */
export function listConditional(
  table: VoteTable,
  votes: readonly number[],
  prior: readonly number[],
): (number | null)[][][] {
  return votes.map((count, lf) =>
    Array.from({ length: table.labelCount + 1 }, (_, symbol) =>
      prior.map((share, label) =>
        count === 0 || share === 0 ? null : clampShare(table.values[cellOf(table, lf, symbol, label)]!),
      ),
    ),
  );
}

/** `value` within [0, 1]. */
export function clampShare(value: number): number {
  return Math.min(1, Math.max(0, value));
}
