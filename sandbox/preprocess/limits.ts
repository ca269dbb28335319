/** Ceilings of preprocessing, with their units in their names. */
export const preprocessLimits = Object.freeze({
  /** Points at which one density is computed: 16 MB. Data that would need more get a wider bandwidth. */
  densityPoints: 1_048_576,
  /** Grid points a bandwidth: linear binning is then within 0.2 % of the exact sum (Wand 1994). */
  pointsPerBandwidth: 8,
  /** Kernels end at so many bandwidths: what is cut off is below 0.04 % of a kernel's height. */
  kernelBandwidths: 4,
  /** Columns of a correlation matrix. */
  correlatedColumns: 512,
  /** Rows of a trailing window: each row looks at them all. */
  windowRows: 10_000,
  /** Synthetic rows that one step may add. */
  syntheticRows: 10_000_000,
  /** Rows of a class among which neighbors are searched: the search takes their square. */
  neighborRows: 10_000,
  /** Text of a condition on columns, and its nesting. */
  conditionCharacters: 2_000,
  conditionDepth: 32,
  /** Text of an alert report. */
  alertBytes: 16 * 1024 * 1024,
  /** Windows of one alert report. */
  alertWindows: 10_000,
});
