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
  /** Lines handed to DuckDB at once; a lane has one such batch on the disk at a time. What is prepared for each batch takes 0.1 s. */
  batchBytes: 32 * 1024 * 1024,
  /** Batches that DuckDB reads at once, and partitions that it writes: each keeps its order by using one thread. */
  lanes: 4,
  /** Unit of parallel work of DuckDB's CSV reader. */
  readerBufferBytes: 4 * 1024 * 1024,
  /** DuckDB's working memory; more is spilled to the staging folder. */
  memoryMegabytes: 800,
  /** Bytes of input after which what was read is kept for the case that the process dies. */
  checkpointBytes: 64 * 1024 * 1024,
  /** What is kept of it, beside the rows. */
  checkpointFileBytes: 256 * 1024 * 1024,
  /** Rows of one Parquet partition. */
  partitionRows: 1_000_000,
  /** Columns that are sorted for their percentiles in one statement. */
  sortedColumns: 8,
  /** Columns whose percentiles of segments are computed at once: each holds its values in memory. */
  percentileColumns: 4,
  /** Rows that a pipeline prepares: their columns are held in memory. */
  preparedRows: 2_000_000,
  /** Rows whose prepared cells are written at once. */
  preparedBatchRows: 10_000,
  /** Rows of a dataset whose histograms and correlations are shown, and the blocks in which they are read. */
  sampleRows: 100_000,
  sampleBlocks: 16,
  /** Values that are looked at for modes at once, and at most of one segment: every so many-th of more. */
  modalityValues: 1_000_000,
  /** Fewer values have one mode: their density is mostly chance. */
  leastModalityValues: 30,
  /** First offending places that an account keeps for each reason (the wire's ceiling). */
  places: 5,
  /** Characters of a file name in an account, so that `file:line` stays within the wire's 400. */
  fileNameCharacters: 380,
  /** Characters of one line of the account's notes (the wire's ceiling). */
  noteCharacters: 500,
});
