/** Ceilings of commands on local files, with their units in their names. */
export const deskLimits = Object.freeze({
  /** A table is read whole into memory. */
  tableBytes: 512 * 1024 * 1024,
});
