import { FlamencoError } from "@flamenco/policies/errors";
import { SeededRandom } from "../preprocess/index.js";
import type { StudyTable } from "./study-input.js";

/** Flows with ground truth, as fields of `flow/1`. */
export interface FlowRows {
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** 0 benign, 1 attack. */
  readonly truth: Int8Array;
  /** Rows that were read, and those left out: a value of theirs is missing or infinite, or they repeat an earlier row. */
  readonly read: number;
  readonly unusable: number;
  readonly duplicates: number;
}

/** A field of the kind, the column that holds it, and what one unit of the column is in the field's unit. */
export interface FlowColumn {
  readonly field: string;
  readonly column: string;
  readonly unit: number;
}

/** One file of flows and how its rows are labeled. */
export interface FlowFile {
  readonly table: StudyTable;
  readonly isAttack: (row: number) => boolean;
}

/**
 * Flows of several files, cleaned as the paper does (§4.3, §4.4 "Data preparation"): rows without a value, with an infinite one, and
 * repetitions are left out.
 * @param identity columns that make two rows the same
 */
export function readFlows(
  files: readonly FlowFile[],
  fields: readonly FlowColumn[],
  identity: (table: StudyTable) => readonly string[],
): FlowRows {
  const kept = fields.map((): number[] => []);
  const truth: number[] = [];
  const seen = new Set<string>();
  let [read, unusable, duplicates] = [0, 0, 0];
  for (const { table, isAttack } of files) {
    read += table.rows;
    const values = fields.map(({ column, unit }) => table.numbers(column).map((value) => value * unit));
    const cells = identity(table).map((name) => table.texts(name));
    for (let row = 0; row < table.rows; row++) {
      if (values.some((column) => !Number.isFinite(column[row]!))) {
        unusable += 1;
        continue;
      }
      const key = cells.map((column) => column[row]).join("\u0001");
      if (seen.has(key)) {
        duplicates += 1;
        continue;
      }
      seen.add(key);
      for (const [index, column] of values.entries()) kept[index]!.push(column[row]!);
      truth.push(isAttack(row) ? 1 : 0);
    }
  }
  const labels = Int8Array.from(truth);
  if (!labels.includes(0) || !labels.includes(1)) {
    throw new FlamencoError("FLM_LEARN_ONE_CLASS", "After cleaning, the flows have one label only.");
  }
  const columns = new Map(fields.map(({ field }, index) => [field, Float64Array.from(kept[index]!)]));
  return { columns, truth: labels, read, unusable, duplicates };
}

/** As many rows of each label as the rarer has, or at most `most`, drawn at random, in their order. */
export function balanceFlows(flows: FlowRows, most: number, seed: number): FlowRows {
  const random = new SeededRandom(seed);
  const byLabel = [0, 1].map((label) =>
    Int32Array.from(flows.truth.keys()).filter((row) => flows.truth[row] === label),
  );
  const size = Math.min(most, ...byLabel.map((rows) => rows.length));
  const rows = byLabel
    .flatMap((own) => {
      random.shuffle(own);
      return [...own.subarray(0, size)];
    })
    .sort((a, b) => a - b);
  return {
    ...flows,
    columns: new Map(
      [...flows.columns].map(([name, values]) => [name, Float64Array.from(rows, (row) => values[row]!)]),
    ),
    truth: Int8Array.from(rows, (row) => flows.truth[row]!),
  };
}
