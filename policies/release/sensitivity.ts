/**
 * What one privacy unit can change. Neighbouring datasets differ in all rows of one unit, present or absent; the caps hold
 * its rows to K and a row's votes in pair counts to c, so these bounds hold whatever the rows and the LFs are.
 */

/**
 * Δ₂² of the cells of a vote table. One row is in m single counts, in at most c of its chosen votes and in the c(c-1)/2
 * pairs of them, each by 1; K rows of a unit at worst in the same cells: K² (m + c + c(c-1)/2). Where c covers all LFs,
 * c is m. At m = 10, c = 4, K = 1: 20.
 */
export function squaredSensitivityOfVotes(lfCount: number, votesPerRow: number, rowsPerUnit: number): number {
  const c = Math.min(votesPerRow, lfCount);
  return rowsPerUnit ** 2 * (lfCount + c + (c * (c - 1)) / 2);
}

/** Δ₂² of the number of rows: K². */
export function squaredSensitivityOfRows(rowsPerUnit: number): number {
  return rowsPerUnit ** 2;
}

/** Δ₁ of a histogram in which every row is in one cell: K. Confusion tables, leaf histograms, bins of a statistic. */
export function sensitivityOfHistogram(rowsPerUnit: number): number {
  return rowsPerUnit;
}
