/** Ceilings of the search for outliers, with their units in their names. */
export const outlierLimits = Object.freeze({
  /** Rows times neighbors that the Local Outlier Factor keeps: 12 bytes each. */
  neighborCells: 2 ** 26,
  /** Features of a covariance: its work grows with their square. */
  covarianceFeatures: 512,
  neighbors: 1000,
  trees: 2000,
  treeRows: 65_536,
} as const);
