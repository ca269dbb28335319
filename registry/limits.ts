const KIB = 1024;
const MIB = 1024 * KIB;

/** Every ceiling of the registry. Whoever reaches one is told which. */
export const limits = Object.freeze({
  /** HTTP body of a package: 1 MiB of sources and 1 MiB of statement leave room for JSON escapes and base64. */
  packageBodyBytes: 8 * MIB,
  /** UTF-8 bytes of all sources of one package. */
  packageSourceBytes: 1 * MIB,
  /** Characters of base64 of the signed statement (manifest and certificates). */
  packageStatementCharacters: 1.5 * MIB,
  /** HTTP body of a result: the largest outputs that the schema allows, in base64. */
  resultBodyBytes: 24 * MIB,
  /** HTTP body of everything else that is posted. */
  otherBodyBytes: 256 * KIB,
  /** An announcement of a node with a thousand datasets and their terms. */
  announcementBodyBytes: 2 * MIB,

  /** Longest long poll. */
  longPollSeconds: 30,
  /** Requests that may wait at one time; one more is answered at once. */
  waitingRequests: 4096,
  /** Studies in one answer to a polling node; the cursor leads to the rest. */
  offersPerAnswer: 32,
  /** Newest entries of a listing. */
  listedPackages: 1000,
  listedStudies: 500,

  /** A study may expire this far ahead. */
  studyLifetimeDays: 366,
  /** A node's clock may be this far ahead: a later announcement than one from the future would never be the newer one. */
  nodeClockAheadMinutes: 10,

  /** Journal on disk; replayed into memory at every start. */
  journalBytes: 1024 * MIB,
  /** Objects on disk, all packages and results together. */
  storeBytes: 64 * 1024 * MIB,

  /** Time to receive one request, against senders who drip. */
  requestSeconds: 120,
  /** After a stop signal, open connections are cut when this has passed. */
  stopGraceSeconds: 5,
});
