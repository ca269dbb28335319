/** Ceilings and numeric constants of labeling, with their units in their names. */
export const labelingLimits = Object.freeze({
  /** Votes that a histogram stores (patterns times LFs), one byte each. */
  patternVotes: 2 ** 27,
  /** Entries of a direct table from pattern code to pattern; larger code spaces are hashed. */
  denseTableEntries: 2 ** 20,
  /** LFs of one study, as in the analysis and label-model documents. */
  lfs: 512,
  /** Labels of one task. */
  labels: 8,
  /** Iterations of the moments fit. */
  momentsIterations: 5_000,
  /** Iterations of EM. */
  emIterations: 5_000,
  /** Multiply-adds that one fit may spend; above it stops and reports that it has not converged. */
  fitOperations: 2e10,
  /** Of these, what the descent before a moments fit of three or more labels may spend. */
  descentOperations: 3e9,
  /** Warnings of one document, and characters of each, as in the schemas. */
  warnings: 200,
  warningCharacters: 500,
});
