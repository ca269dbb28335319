/** Ceilings of reading measurement results, with their units. */
export const measurementLimits = Object.freeze({
  /** One JSON document. The largest real ones, load-balancer traces, take about 1 MB. */
  documentBytes: 8 * 1024 * 1024,
  /** Brackets open at once within a document; results have up to 12. */
  documentDepth: 64,
  /** Probes that one result may say it sent: a lost one is a row, and a number costs nothing to write. */
  probes: 65_536,
  /** Characters of an address or a host name (RFC 1035, section 2.3.4: 255 octets on the wire). */
  nameCharacters: 255,
});
