/** Every ceiling of the data plane, with its unit in its name. */
export const sandboxLimits = Object.freeze({
  /** Rows of one dataset version that a run may cover. */
  maxRows: 500_000_000,
  /** Rows that a kernel handles in one call: 0.5 MB a column, which stays in the processor's cache. */
  morselRows: 65_536,
  /** Rows that are read, voted on and counted at a time: two row groups of DuckDB's Parquet files. Results depend on it. */
  chunkRows: 245_760,
  /** Rows of the training and validation split whose columns are kept for measuring the importance of fields. */
  sampledTrainingRows: 20_000,
  sampledValidationRows: 10_000,
  /**
   * Rows that an end classifier learns from, with a vote each, and test rows that it predicts: enough for scores within half a
   * percent, few enough for an LSTM in minutes.
   */
  endClassifierTrainingRows: 20_000,
  endClassifierTestRows: 50_000,
  /** Values of either of the two, over all steps and features: 64 MB, of which training holds two copies. */
  endClassifierValues: 8_388_608,
  /** Threads of one worker that read and vote. */
  maxWorkerThreads: 64,
  /** Memory that a worker must have for each of its threads: columns of a chunk, DuckDB, isolates. */
  threadMegabytes: 256,
  /** The same with the columns of an end classifier: the widest kind has a hundred, two megabytes a chunk. */
  learningThreadMegabytes: 512,
  /** Chunks that make a thread of their own worth its start: a quarter of a second of a core. */
  chunksPerThread: 3,
  /** Heap of one isolate, besides the scratch arrays that the host lends to it. */
  isolateHeapMegabytes: 32,
  /** Longest call of a kernel over one morsel. Kernels have no loops of their own: only a defect gets here. */
  kernelCallMilliseconds: 60_000,
  /** Memory that the DuckDB of one thread may take while it decodes Parquet. */
  duckdbMegabytes: 512,
  /** Rows among which DuckDB chooses those that count in a protected release, at a time: about 60 bytes each. */
  contributionRows: 2_000_000,
  /** The `manifest.json` of a dataset version. */
  maxManifestBytes: 16 * 1024 * 1024,
  /** The `segments.json` of a dataset version. */
  maxSegmentBytes: 128 * 1024 * 1024,
  /** The job line that a worker reads. */
  maxJobBytes: 64 * 1024 * 1024,
  /** One line that a worker sends. */
  maxMessageBytes: 32 * 1024 * 1024,
  /** Lines that a worker may send: stages report at most every `progressIntervalMilliseconds`. */
  maxMessages: 100_000,
  progressIntervalMilliseconds: 100,
  /** How often the supervisor reads the worker's resident memory. */
  memoryPollMilliseconds: 50,
  /** How often it looks for further processes that the worker started. */
  familyScanMilliseconds: 1_000,
  /** File descriptors of a worker. */
  workerOpenFiles: 256,
  /** Address space that V8 reserves for the code of one isolate; counted by RLIMIT_DATA, seldom used. */
  isolateCodeMegabytes: 512,
  /** Room in RLIMIT_DATA for thread stacks and allocator arenas. */
  workerSlackMegabytes: 4_096,
  /** Longest deadline of a worker: a week. */
  maxDeadlineSeconds: 604_800,
  /** After a worker's end, what it wrote is read for at most so long: a stray process may hold the pipe. */
  drainMilliseconds: 1_000,
  /** A probe of an engine or a wall that takes longer has failed. */
  probeMilliseconds: 15_000,
});
