/** Ceilings of networks, with their units in their names. */
export const networkLimits = Object.freeze({
  /** Rows that are predicted at a time: what a layer holds of them is a few megabytes. */
  predictedRows: 1024,
  /** Standard deviations from the mean beyond which an input is read as that far: 32-bit sums stay finite. */
  inputDeviations: 1e6,
  /** Values that a training step keeps at a time, four bytes each: half a gigabyte. */
  batchValues: 2 ** 27,
} as const);
