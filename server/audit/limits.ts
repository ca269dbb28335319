/** Every ceiling of the audit log, each with its unit. */
export const limits = Object.freeze({
  /** One entry: the length of its record, with place and time, stands in two bytes (c2sp.org/tlog-tiles). */
  entryBytes: 65_000,
  /** A bundle of 256 records with their lengths. */
  bundleBytes: 256 * (65_535 + 2),
  /** A tile of 256 hashes. */
  tileBytes: 256 * 32,
  checkpointBytes: 4_096,
});
