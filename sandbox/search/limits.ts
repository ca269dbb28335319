/** Ceilings of searches, with their units in their names. */
export const searchLimits = Object.freeze({
  /** Candidates of one search, whether listed by a grid or drawn. */
  candidates: 20_000,
  /** Values that a search space may list for one setting. */
  valuesPerSetting: 1_000,
  folds: 50,
  threads: 64,
  /** Heap of one thread. Arrays of numbers lie outside of it. */
  threadHeapMegabytes: 2_048,
  /** A journal of as many fits as a search may have takes less. */
  journalBytes: 256 * 1024 * 1024,
});
