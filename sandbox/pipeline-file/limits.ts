/** Ceilings of pipeline files, with their units in their names. */
export const pipelineFileLimits = Object.freeze({
  /** Text of a file, and how deep its lists and maps are nested. */
  bytes: 256 * 1024,
  depth: 8,
});
