/** Every ceiling of an import, with its unit. */
export const importLimits = Object.freeze({
  /** Input files of one import; with `linesOfFile` a place stays below 2^53. */
  files: 4_096,
  /** Lines of one input file: a place is its file times this, plus its line. */
  linesOfFile: 2 ** 40,
  /** One line of a CSV file; the longest real ones have 1,200 bytes. */
  lineBytes: 64 * 1024,
  /** Columns of a header. */
  columns: 1_000,
  /** Read from an input file at once. */
  chunkBytes: 1024 * 1024,
  /** Lines handed to DuckDB at once; two such batches are on the disk at a time. */
  batchBytes: 32 * 1024 * 1024,
  /** Unit of parallel work of DuckDB's CSV reader. */
  readerBufferBytes: 4 * 1024 * 1024,
  /** DuckDB's working memory; more is spilled to the staging folder. */
  memoryMegabytes: 800,
  /** Rows of one Parquet partition. */
  partitionRows: 1_000_000,
  /** Columns whose percentiles are computed at once: each holds its values in memory. */
  percentileColumns: 4,
  /** First offending places that an account keeps for each reason (the wire's ceiling). */
  places: 5,
  /** Characters of a file name in an account, so that `file:line` stays within the wire's 400. */
  fileNameCharacters: 380,
  /** Characters of one line of the account's notes (the wire's ceiling). */
  noteCharacters: 500,
});
