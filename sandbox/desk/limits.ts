/** Ceilings of commands on local files, with their units in their names. */
export const deskLimits = Object.freeze({
  /** A table is read whole into memory. */
  tableBytes: 512 * 1024 * 1024,
  /** A label model of 512 labeling functions and 8 labels has less than 2 MB. */
  modelBytes: 16 * 1024 * 1024,
  /** Sources of a package folder, and bytes of one file of it. */
  sourceFiles: 64,
  sourceBytes: 4 * 1024 * 1024,
  /** One row of a table, line ends within quotes included. */
  rowCharacters: 4 * 1024 * 1024,
  /** A JSON file of a classifier's settings. */
  settingsCharacters: 64 * 1024,
  /** Characters of an answer, and bytes of a table, that are gathered before they are written. */
  outputCharacters: 256 * 1024,
  outputBytes: 256 * 1024,
});
