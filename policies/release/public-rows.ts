/**
 * The number of rows of a dataset as a node tells it: two digits, rounded down. Plans of protected releases, and what
 * researchers see of them, rest on this number, which is treated as public; the exact one is not told.
 */
export function publicRows(rows: number): number {
  if (rows < 10) return Math.max(1, rows);
  const unit = 10 ** (Math.floor(Math.log10(rows)) - 1);
  return Math.floor(rows / unit) * unit;
}
