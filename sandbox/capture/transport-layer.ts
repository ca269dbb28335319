import { int32, uint16 } from "./byte-order.js";
import { type Packet, protocolNumbers, type SkipReason } from "./packet.js";

const TCP_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;
const SCTP_HEADER_BYTES = 12;
const ICMP_HEADER_BYTES = 8;

/**
 * Read the layer-4 header behind the IP header into the packet: ports, flags, header and payload length.
 * @param end where the captured bytes end
 */
export function readTransportHeader(packet: Packet, end: number): SkipReason | null {
  packet.srcPort = 0;
  packet.dstPort = 0;
  packet.headerBytes = 0;
  packet.tcpFlags = 0;
  packet.window = 0;
  packet.sequence = 0;
  packet.icmpType = 0;
  packet.icmpCode = 0;
  packet.icmpIdentifier = 0;
  const skipped = readHeader(packet, end);
  if (skipped !== null) return skipped;
  packet.payloadAt += packet.headerBytes;
  packet.payloadBytes -= packet.headerBytes;
  if (packet.payloadBytes < 0) return "malformed";
  packet.payloadEnd = Math.min(end, packet.payloadAt + packet.payloadBytes);
  return null;
}

function readHeader(packet: Packet, end: number): SkipReason | null {
  switch (packet.protocol) {
    case protocolNumbers.tcp:
      return readTcp(packet, end);
    case protocolNumbers.udp:
      return readPorts(packet, end, UDP_HEADER_BYTES);
    case protocolNumbers.sctp:
      return readPorts(packet, end, SCTP_HEADER_BYTES);
    case protocolNumbers.icmp:
    case protocolNumbers.icmp6:
      readIcmp(packet, end);
      return null;
    default:
      return null;
  }
}

/** RFC 9293, section 3.1. */
function readTcp(packet: Packet, end: number): SkipReason | null {
  const { bytes, payloadAt: at } = packet;
  const skipped = readPorts(packet, end, TCP_HEADER_BYTES);
  if (skipped !== null) return skipped;
  packet.sequence = int32(bytes, at + 4);
  packet.headerBytes = (bytes[at + 12]! >> 4) * 4;
  packet.tcpFlags = bytes[at + 13]!;
  packet.window = uint16(bytes, at + 14);
  return packet.headerBytes < TCP_HEADER_BYTES ? "malformed" : null;
}

/** A header that begins with two ports. */
function readPorts(packet: Packet, end: number, headerBytes: number): SkipReason | null {
  const { bytes, payloadAt: at } = packet;
  if (packet.payloadBytes < headerBytes) return "malformed";
  if (end - at < headerBytes) return "cut-off";
  packet.srcPort = uint16(bytes, at);
  packet.dstPort = uint16(bytes, at + 2);
  packet.headerBytes = headerBytes;
  return null;
}

/** RFC 792, RFC 4443: what a short message does not have is 0. */
function readIcmp(packet: Packet, end: number): void {
  const { bytes, payloadAt: at, payloadBytes, protocol } = packet;
  packet.headerBytes = Math.min(ICMP_HEADER_BYTES, payloadBytes);
  if (packet.headerBytes < ICMP_HEADER_BYTES || end - at < ICMP_HEADER_BYTES) return;
  packet.icmpType = bytes[at]!;
  packet.icmpCode = bytes[at + 1]!;
  if (isQuery(protocol, bytes[at]!)) packet.icmpIdentifier = uint16(bytes, at + 4);
}

/** Echo, timestamp, information and address mask of IPv4, echo of IPv6: request and reply carry one identifier. */
function isQuery(protocol: number, type: number): boolean {
  if (protocol === protocolNumbers.icmp6) return type === 128 || type === 129;
  return type === 0 || type === 8 || (type >= 13 && type <= 18);
}
