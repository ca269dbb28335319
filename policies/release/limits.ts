/** Accepted ranges and ceilings of releases, with their units in their names. */
export const releaseLimits = Object.freeze({
  /** Epsilon of one release, of all of one collaborator on one dataset version, of all on one dataset. */
  epsilonPerRelease: Object.freeze({ minimum: 0.05, maximum: 8 }),
  epsilonPerCollaborator: Object.freeze({ minimum: 0.05, maximum: 32 }),
  epsilonPerDataset: Object.freeze({ minimum: 0.05, maximum: 64 }),
  /** Epsilon of each column of the statistics catalogue of one dataset version. */
  epsilonOfCatalogue: Object.freeze({ minimum: 0.01, maximum: 2 }),
  delta: Object.freeze({ minimum: 1e-15, maximum: 1e-3 }),
  /** K, rows of one privacy unit. */
  rowsPerUnit: Object.freeze({ minimum: 1, maximum: 1000 }),
  /** c, votes of one row that enter pair counts. */
  votesPerRow: Object.freeze({ minimum: 2, maximum: 64 }),
  minimumSupportRows: Object.freeze({ minimum: 1, maximum: 100_000 }),
  rows: Object.freeze({ minimum: 1, maximum: 2 ** 40 }),
  lfs: Object.freeze({ minimum: 1, maximum: 512 }),
  labels: Object.freeze({ minimum: 2, maximum: 8 }),
  /** Cells of one vote table: each costs one draw of noise, microseconds. */
  tableCells: 200_000,
});
