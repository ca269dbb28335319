import { FlamencoError } from "@flamenco/policies/errors";
import { preprocessLimits } from "./limits.js";

export type CorrelationMethod = "pearson" | "spearman";

/** Symmetric; NaN where fewer than three rows have both values or a column does not vary. */
export interface CorrelationMatrix {
  readonly method: CorrelationMethod;
  readonly names: readonly string[];
  /** `values[row * names.length + column]`, -1..1. */
  readonly values: Float64Array;
}

/**
 * Correlations of every two columns (§3.3.1 "Feature selection", Tables 1 and 7) over the rows where both are finite. Spearman's
 * are Pearson's of the ranks among these rows, ties at their mean rank.
 * @throws FLM_TOO_LARGE for more columns than the ceiling
 */
export function correlateColumns(
  columns: ReadonlyMap<string, Float64Array>,
  method: CorrelationMethod,
): CorrelationMatrix {
  const names = [...columns.keys()];
  if (names.length > preprocessLimits.correlatedColumns) {
    throw new FlamencoError("FLM_TOO_LARGE", `At most ${preprocessLimits.correlatedColumns} columns are correlated.`);
  }
  const prepared = [...columns.values()].map((values) => prepareColumn(values, method));
  const k = names.length;
  const values = new Float64Array(k * k);
  const measure = method === "pearson" ? correlateValues : correlateRanks;
  for (let row = 0; row < k; row++) {
    for (let column = row; column < k; column++) {
      const r = measure(prepared[row]!, prepared[column]!);
      values[row * k + column] = r;
      values[column * k + row] = r;
    }
  }
  return { method, names, values };
}

interface PreparedColumn {
  readonly values: Float64Array;
  /** Rows with a finite value by rising value, and ranks among them: for Spearman only. */
  readonly order: Int32Array;
  readonly ranks: Float64Array;
}

function prepareColumn(values: Float64Array, method: CorrelationMethod): PreparedColumn {
  const order = method === "pearson" ? new Int32Array(0) : orderFinite(values);
  return { values, order, ranks: method === "pearson" ? values : rankRows(values, order, () => true) };
}

function orderFinite(values: Float64Array): Int32Array {
  const rows = Int32Array.from(values.keys()).filter((row) => Number.isFinite(values[row]!));
  return rows.sort((a, b) => values[a]! - values[b]!);
}

/** Rank of each row of `order` that is selected, ties at their mean; NaN for other rows. */
function rankRows(values: Float64Array, order: Int32Array, selects: (row: number) => boolean): Float64Array {
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  const rows = order.filter(selects);
  for (let start = 0; start < rows.length; ) {
    let end = start;
    while (end < rows.length && values[rows[end]!] === values[rows[start]!]) end++;
    for (let place = start; place < end; place++) ranks[rows[place]!] = (start + end - 1) / 2;
    start = end;
  }
  return ranks;
}

const correlateValues = (first: PreparedColumn, second: PreparedColumn) => correlate(first.values, second.values);

function correlateRanks(first: PreparedColumn, second: PreparedColumn): number {
  const rows = first.values.length;
  if (first.order.length === rows && second.order.length === rows) return correlate(first.ranks, second.ranks);
  const both = (row: number) => Number.isFinite(first.values[row]!) && Number.isFinite(second.values[row]!);
  return correlate(rankRows(first.values, first.order, both), rankRows(second.values, second.order, both));
}

/** Pearson's correlation in two passes: sums of squares alone would lose all digits on counters and times. */
function correlate(a: Float64Array, b: Float64Array): number {
  let [count, sumA, sumB] = [0, 0, 0];
  for (let row = 0; row < a.length; row++) {
    if (!Number.isFinite(a[row]!) || !Number.isFinite(b[row]!)) continue;
    count++;
    sumA += a[row]!;
    sumB += b[row]!;
  }
  const [meanA, meanB] = [sumA / count, sumB / count];
  let [squareA, squareB, product] = [0, 0, 0];
  for (let row = 0; row < a.length; row++) {
    if (!Number.isFinite(a[row]!) || !Number.isFinite(b[row]!)) continue;
    const [offA, offB] = [a[row]! - meanA, b[row]! - meanB];
    squareA += offA * offA;
    squareB += offB * offB;
    product += offA * offB;
  }
  const size = Math.sqrt(squareA) * Math.sqrt(squareB);
  if (count < 3 || !(size > 0) || !Number.isFinite(size)) return Number.NaN;
  return Math.min(1, Math.max(-1, product / size));
}
