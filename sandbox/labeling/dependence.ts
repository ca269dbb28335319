import type { LabeledHistogram, VoteHistogram } from "./vote-histogram.js";

/** Cross table of the votes of two LFs, `rows[a * (k + 1) + b]`, 0 abstains. */
type CrossTable = Float64Array;

/**
 * How strongly the votes of two LFs hang together beyond chance: Cramér's V with Bergsma's (2013) bias correction, 0..1,
 * abstaining counted as a vote of its own; `null` where one of the two does the same on all rows. With enough ground truth
 * it is taken within each true label and averaged by rows, for two good LFs agree because both are right; dependence is
 * what remains when the label is known.
 */
export function associateVotes(histogram: VoteHistogram, first: number, second: number): number | null {
  return associate(
    crossVotes(histogram, first, second, (pattern) => histogram.counts[pattern]!),
    histogram.labelCount + 1,
  );
}

/** The same within each true label, averaged by rows. */
export function associateVotesGivenTruth(histogram: LabeledHistogram, first: number, second: number): number | null {
  const { labelCount, truthCounts } = histogram;
  let rows = 0;
  let sum = 0;
  for (let label = 0; label < labelCount; label++) {
    const table = crossVotes(histogram, first, second, (pattern) => truthCounts[pattern * labelCount + label]!);
    const value = associate(table, labelCount + 1);
    if (value === null) continue;
    const count = table.reduce((total, cell) => total + cell, 0);
    rows += count;
    sum += count * value;
  }
  return rows === 0 ? null : sum / rows;
}

function crossVotes(
  { lfCount, labelCount, patterns, counts }: VoteHistogram,
  first: number,
  second: number,
  rowsOf: (pattern: number) => number,
): CrossTable {
  const base = labelCount + 1;
  const table = new Float64Array(base * base);
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const row = patterns[pattern * lfCount + first]! + 1;
    const column = patterns[pattern * lfCount + second]! + 1;
    table[row * base + column]! += rowsOf(pattern);
  }
  return table;
}

function associate(table: CrossTable, base: number): number | null {
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
  let chiSquareShare = -1;
  for (let cell = 0; cell < table.length; cell++) {
    const margin = rowSums[Math.floor(cell / base)]! * columnSums[cell % base]!;
    if (margin > 0) chiSquareShare += table[cell]! ** 2 / margin;
  }
  const corrected = Math.max(0, chiSquareShare - ((r - 1) * (c - 1)) / (n - 1));
  const width = Math.min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1;
  return width <= 0 ? null : Math.min(1, Math.sqrt(corrected / width));
}
