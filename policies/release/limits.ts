import { ruleRanges } from "../wire/index.js";

/** Accepted ranges and ceilings of releases, with their units in their names. */
export const releaseLimits = Object.freeze({
  ...ruleRanges,
  delta: Object.freeze({ minimum: 1e-15, maximum: 1e-3 }),
  rows: Object.freeze({ minimum: 1, maximum: 2 ** 40 }),
  lfs: Object.freeze({ minimum: 1, maximum: 512 }),
  labels: Object.freeze({ minimum: 2, maximum: 8 }),
  /** Cells of one vote table: each costs one draw of noise, microseconds. */
  tableCells: 200_000,
});
