/** Ceilings of learning, with their units in their names. */
export const learningLimits = Object.freeze({
  /** Bins of one feature, the one for missing values included: a bin is one byte. */
  bins: 256,
  /** Levels of a tree below its root. */
  treeDepth: 64,
  /** Values of samples: rows x steps x features, eight bytes each. */
  sampleValues: 2 ** 27,
  /** Size of a value beyond which its square, or a sum of many, may overflow: models that square values refuse it. */
  largestValue: 1e150,
  /** Bootstrap resamples for intervals; and of many rows so many that all draws together stay below a ceiling. */
  bootstrapResamples: 500,
  fewestResamples: 100,
  bootstrapDraws: 2e7,
} as const);
