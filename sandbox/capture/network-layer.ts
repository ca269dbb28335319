import { uint16 } from "./byte-order.js";
import { captureLimits } from "./limits.js";
import type { Packet, SkipReason } from "./packet.js";

const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const FRAGMENT_HEADER_BYTES = 8;

const extensions = Object.freeze({
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  destination: 60,
  mobility: 135,
  hostIdentity: 139,
  shim6: 140,
});

/**
 * Read the IP header at `at` into the packet: version, protocol, addresses, lengths and where layer 4 begins
 * (`payloadAt`) and ends by the header's own length (`payloadBytes` from there).
 * @param end where the captured bytes end
 */
export function readNetworkHeader(packet: Packet, at: number, end: number): SkipReason | null {
  if (at >= end) return "cut-off";
  const version = packet.bytes[at]! >> 4;
  if (version === 4) return readIpv4(packet, at, end);
  return version === 6 ? readIpv6(packet, at, end) : "not-ip";
}

/** RFC 791, section 3.1. */
function readIpv4(packet: Packet, at: number, end: number): SkipReason | null {
  if (end - at < IPV4_HEADER_BYTES) return "cut-off";
  const { bytes } = packet;
  const headerBytes = (bytes[at]! & 0x0f) * 4;
  const stated = uint16(bytes, at + 2);
  // Captured before the network card cut it into packets: the frame's length is all there is.
  const ipBytes = stated === 0 ? packet.frameBytes - (at - packet.frameAt) : stated;
  if (headerBytes < IPV4_HEADER_BYTES || ipBytes < headerBytes || ipBytes > captureLimits.packetBytes)
    return "malformed";
  if ((uint16(bytes, at + 6) & 0x1fff) !== 0) return "fragment";
  packet.version = 4;
  packet.ipBytes = ipBytes;
  packet.protocol = bytes[at + 9]!;
  packet.srcAddrAt = at + 12;
  packet.dstAddrAt = at + 16;
  packet.payloadAt = at + headerBytes;
  packet.payloadBytes = ipBytes - headerBytes;
  return null;
}

/** RFC 8200, sections 3 and 4. */
function readIpv6(packet: Packet, at: number, end: number): SkipReason | null {
  if (end - at < IPV6_HEADER_BYTES) return "cut-off";
  const { bytes } = packet;
  const stated = uint16(bytes, at + 4);
  let protocol = bytes[at + 6]!;
  // Length 0 with a hop-by-hop header is a jumbogram (RFC 2675), or a packet that the network card had still to cut.
  const ipBytes =
    stated === 0 && protocol !== 59 ? packet.frameBytes - (at - packet.frameAt) : stated + IPV6_HEADER_BYTES;
  let layer4 = at + IPV6_HEADER_BYTES;
  for (let count = 0; isExtension(protocol); count += 1) {
    if (count === captureLimits.extensionHeaders) return "malformed";
    if (layer4 + 8 > end) return "cut-off";
    const next = bytes[layer4]!;
    if (protocol === extensions.fragment) {
      if ((uint16(bytes, layer4 + 2) & 0xfff8) !== 0) return "fragment";
      layer4 += FRAGMENT_HEADER_BYTES;
    } else {
      layer4 += protocol === extensions.authentication ? (bytes[layer4 + 1]! + 2) * 4 : (bytes[layer4 + 1]! + 1) * 8;
    }
    protocol = next;
  }
  if (layer4 - at > ipBytes || ipBytes > captureLimits.packetBytes) return "malformed";
  packet.version = 6;
  packet.ipBytes = ipBytes;
  packet.protocol = protocol;
  packet.srcAddrAt = at + 8;
  packet.dstAddrAt = at + 24;
  packet.payloadAt = layer4;
  packet.payloadBytes = ipBytes - (layer4 - at);
  return null;
}

function isExtension(protocol: number): boolean {
  switch (protocol) {
    case extensions.hopByHop:
    case extensions.routing:
    case extensions.fragment:
    case extensions.authentication:
    case extensions.destination:
    case extensions.mobility:
    case extensions.hostIdentity:
    case extensions.shim6:
      return true;
    default:
      return false;
  }
}
