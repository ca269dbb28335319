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
  /** Rows of a trailing window that is counted in rows. */
  windowRows: 100_000,
  /** Synthetic rows that one step may add. */
  syntheticRows: 10_000_000,
  /** Rows of the class that neighbors are searched among: the search takes its square. */
  neighborRows: 20_000,
  /** Text of a pipeline file, its nesting, steps and conditions of one rule. */
  pipelineBytes: 256 * 1024,
  pipelineDepth: 16,
  /** Windows of one alert report. */
  alertWindows: 100_000,
});
