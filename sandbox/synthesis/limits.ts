/** Ceilings and numeric constants of automatic labeling functions, with their units in their names. */
export const synthesisLimits = Object.freeze({
  /** Features of one heuristic. */
  cardinality: 3,
  /** Columns of a table that are searched. */
  features: 1_000,
  /** Feature subsets of all cardinalities together, each fitted once a round. */
  subsets: 20_000,
  /** Subsets times rows that one round looks at: above it training rows are sampled, and too many labeled rows refused. */
  roundCells: 5e7,
  /** Training rows that a sample keeps at least. */
  sampledRows: 1_000,
  /** Rounds of one search. */
  rounds: 64,
  /** Heuristics of one round. */
  keep: 16,
  /** Statistic expressions tried in the place of one threshold. */
  expressions: 6,
});
