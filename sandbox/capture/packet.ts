/** Why a packet is not metered, in the order in which it is looked for. */
export const skipReasons = Object.freeze({
  "no-time": "packets without a time",
  "unknown-link-type": "packets of a link layer that is not read",
  "not-ip": "frames of other protocols than IP",
  "cut-off": "packets captured without their headers",
  malformed: "packets whose lengths contradict each other",
  fragment: "later fragments, which carry no ports",
});
export type SkipReason = keyof typeof skipReasons;

export const protocolNumbers = Object.freeze({ icmp: 1, tcp: 6, udp: 17, icmp6: 58, sctp: 132 });

/** Bits of the TCP flags byte (RFC 9293, section 3.1; RFC 3168). */
export const tcpFlag = Object.freeze({ fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 });

/**
 * One IP packet, not decapsulated: a tunnel is a protocol number of the outer packet. The reader fills the same object and
 * lends the same bytes for every packet; who needs them later copies them.
 */
export class Packet {
  bytes: Buffer = Buffer.alloc(0);
  /** Where the frame begins in `bytes`. */
  frameAt = 0;
  /** Whole microseconds since 1970-01-01 UTC. */
  timeMicros = 0;
  /** Length of the frame on the wire. */
  frameBytes = 0;
  /** Length of the IP packet by its own header, extension headers included. */
  ipBytes = 0;
  /** VLAN identifiers, 12 bits a tag, outermost first; 0 without any. */
  vlan = 0;
  version: 4 | 6 = 4;
  /** IP protocol number behind all extension headers. */
  protocol = 0;
  /** Where the addresses lie in `bytes`: 4 bytes each, 16 of IPv6. */
  srcAddrAt = 0;
  dstAddrAt = 0;
  /** Ports of TCP, UDP and SCTP; 0 of anything else. */
  srcPort = 0;
  dstPort = 0;
  /** Layer-4 header in bytes: TCP, UDP, SCTP, ICMP; 0 of anything else. */
  headerBytes = 0;
  /** Layer-4 payload by the IP header's length, never by what was captured: frames are padded and cut. */
  payloadBytes = 0;
  /** Where the payload begins in `bytes`, and where what was captured of it ends. */
  payloadAt = 0;
  payloadEnd = 0;
  /** TCP: flags, unscaled window, sequence number as a signed 32-bit number. 0 of anything else. */
  tcpFlags = 0;
  window = 0;
  sequence = 0;
  /** ICMP and ICMPv6; 0 of anything else. */
  icmpType = 0;
  icmpCode = 0;
  /** Identifier of ICMP and ICMPv6 queries and their answers; 0 of anything else. */
  icmpIdentifier = 0;
}
