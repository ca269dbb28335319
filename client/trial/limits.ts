/** Ceilings of a trial of labeling functions on the author's own machine, with their units. */
export const trialLimits = Object.freeze({
  /** A CSV file; read as a stream, never held whole. */
  csvBytes: 1024 ** 3,
  rows: 1_000_000,
  /** Columns of a CSV file, and UTF-16 units of one cell. */
  columns: 512,
  cellCharacters: 4096,
  /** A file of statistics, or a dataset's manifest that holds them. */
  statisticsBytes: 1024 ** 2,
  /** Cases of `lfs.test.json`. */
  cases: 1000,
  /** Wrong votes that a report shows for each labeling function. */
  shownErrors: 10,
});
