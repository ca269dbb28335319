import { cellsOf, type PairCounts } from "./pair-counts.js";

/**
 * How strongly the votes of two LFs hang together beyond chance: Cramér's V with Bergsma's (2013) bias correction, 0..1,
 * abstaining counted as a vote of its own; `null` where one of the two does the same on all rows. Over several groups of
 * rows, for example one per true label, it is taken within each and averaged by rows: two good LFs agree because both are
 * right, and dependence is what remains when the label is known.
 */
export function associateVotes(groups: readonly PairCounts[], first: number, second: number): number | null {
  let rows = 0;
  let sum = 0;
  for (const pairs of groups) {
    const value = correctedV(cellsOf(pairs, first, second), pairs.labelCount + 1);
    if (value === null) continue;
    rows += pairs.rows;
    sum += pairs.rows * value;
  }
  return rows === 0 ? null : sum / rows;
}

/** @param table rows of each pair of symbols, `base` x `base`. */
function correctedV(table: Float64Array, base: number): number | null {
  const rowSums = new Float64Array(base);
  const columnSums = new Float64Array(base);
  let n = 0;
  for (let cell = 0; cell < table.length; cell++) {
    rowSums[Math.floor(cell / base)]! += table[cell]!;
    columnSums[cell % base]! += table[cell]!;
    n += table[cell]!;
  }
  const r = rowSums.filter((sum) => sum > 0).length;
  const c = columnSums.filter((sum) => sum > 0).length;
  if (n < 2 || r < 2 || c < 2) return null;
  let meanSquare = -1;
  for (let cell = 0; cell < table.length; cell++) {
    const margin = rowSums[Math.floor(cell / base)]! * columnSums[cell % base]!;
    if (margin > 0) meanSquare += table[cell]! ** 2 / margin;
  }
  const corrected = Math.max(0, meanSquare - ((r - 1) * (c - 1)) / (n - 1));
  const width = Math.min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1;
  return width <= 0 ? null : Math.min(1, Math.sqrt(corrected / width));
}
