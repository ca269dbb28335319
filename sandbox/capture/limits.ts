/** Ceilings of reading captures and metering flows, with their units. */
export const captureLimits = Object.freeze({
  /** Largest captured packet, libpcap's MAXIMUM_SNAPLEN. A file that claims a larger one is damaged. */
  packetBytes: 262_144,
  /** Largest pcapng block that is read; larger ones are stepped over. Room for a packet and its options. */
  blockBytes: 2 * 262_144,
  /** Bytes worked through at a time: what is in work stays in the processor's cache. */
  sliceBytes: 262_144,
  /** Interfaces of one pcapng section. */
  interfaces: 65_536,
  /** VLAN tags, MPLS labels and IPv6 extension headers of one packet. */
  tags: 8,
  extensionHeaders: 16,
  /** Flows under way at a time: about 850 bytes each. */
  flows: 500_000,
});
