/** Ceilings of reading input files, with their units. */
export const recordLimits = Object.freeze({
  /** Read from an input file at once. */
  chunkBytes: 1024 * 1024,
  /** Beginning of a file by which its format is recognized. */
  headBytes: 4_096,
});
