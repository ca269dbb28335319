/** Ceilings of decoding and collecting flow exports, with their units. */
export const netflowLimits = Object.freeze({
  /** Of a UDP datagram, and so of an export message. */
  messageBytes: 65_535,
  /** Fields of one template; the longest real ones (YAF, NetScaler) have under 100. */
  fieldsOfTemplate: 1_024,
  /** Templates of one exporter; a router has tens. The one that was defined first gives way. */
  templatesOfExporter: 1_024,
  /** Exporters: source address and observation domain. The one that was silent longest gives way with its templates. */
  exporters: 4_096,
  /** Fields of all templates of all exporters: about 100 MB. The longest silent exporter gives way. */
  fields: 500_000,
  /** Records of a NetFlow v1, v5 or v7 message: what fits a packet of 1,500 bytes; Cisco's documents say 24 to 30. */
  recordsOfFixedMessage: 30,
  /** A sequence number further ahead than this is a restart, not a loss: messages or records. */
  sequenceJump: 1_000_000,
  /**
   * Datagrams that a collector decodes between two looks at its socket, in octets: fewer than it receives in one, so that a burst
   * waits in its own memory rather than in the system's, which is small.
   */
  batchBytes: 16 * 1024,
  /** What a collector asks the system to keep of datagrams that it has not read; the system may give less. */
  receiveBufferBytes: 8 * 1024 * 1024,
  /** First problems that a summary keeps, each with its place. */
  places: 20,
});
