/** Sizes of the case studies, with their units in their names. */
export const reproduceLimits = Object.freeze({
  /** Resamples behind an interval; a small run takes fewer. */
  resamples: 1000,
  smallResamples: 200,
} as const);
