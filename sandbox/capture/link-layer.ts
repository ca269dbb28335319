import { int32, uint16 } from "./byte-order.js";
import { captureLimits } from "./limits.js";
import type { Packet, SkipReason } from "./packet.js";

/** Values of the tcpdump group's LINKTYPE registry. */
const linkTypes = Object.freeze({
  bsdLoopback: 0,
  ethernet: 1,
  ppp: 9,
  rawDlt: 12,
  rawOpenBsd: 14,
  pppHdlc: 50,
  rawIp: 101,
  ciscoHdlc: 104,
  openBsdLoopback: 108,
  linuxCooked: 113,
  rawIpv4: 228,
  rawIpv6: 229,
  linuxCooked2: 276,
});

const etherTypes = Object.freeze({
  ipv4: 0x0800,
  ipv6: 0x86dd,
  vlan: 0x8100,
  serviceVlan: 0x88a8,
  oldServiceVlan: 0x9100,
  mplsUnicast: 0x8847,
  mplsMulticast: 0x8848,
  pppoeSession: 0x8864,
});

const pppProtocols = Object.freeze({ ipv4: 0x0021, ipv6: 0x0057 });

/** Where an IP header begins, or why there is none. */
type NetworkStart = number | SkipReason;

/** Find the IP header of a frame, and note its VLAN tags in the packet. IP's version is told by its header's first four bits. */
export function findNetworkHeader(packet: Packet, end: number, linkType: number): NetworkStart {
  packet.vlan = 0;
  const { bytes, frameAt: at } = packet;
  switch (linkType) {
    case linkTypes.ethernet:
      return end - at < 14 ? "cut-off" : behindEtherType(packet, uint16(bytes, at + 12), at + 14, end);
    case linkTypes.rawDlt:
    case linkTypes.rawOpenBsd:
    case linkTypes.rawIp:
    case linkTypes.rawIpv4:
    case linkTypes.rawIpv6:
      return at;
    case linkTypes.linuxCooked:
      return end - at < 16 ? "cut-off" : behindEtherType(packet, uint16(bytes, at + 14), at + 16, end);
    case linkTypes.linuxCooked2:
      return end - at < 20 ? "cut-off" : behindEtherType(packet, uint16(bytes, at), at + 20, end);
    case linkTypes.bsdLoopback:
    case linkTypes.openBsdLoopback:
      return end - at < 4 ? "cut-off" : behindFamily(bytes, at);
    case linkTypes.ppp:
    case linkTypes.pppHdlc:
      return behindPpp(bytes, at, end);
    case linkTypes.ciscoHdlc:
      // RFC 1547, section 4.3.1: address and control, then an EtherType.
      return end - at < 4 ? "cut-off" : behindEtherType(packet, uint16(bytes, at + 2), at + 4, end);
    default:
      return "unknown-link-type";
  }
}

function behindEtherType(packet: Packet, firstType: number, start: number, end: number): NetworkStart {
  const { bytes } = packet;
  let type = firstType;
  let at = start;
  for (let tag = 0; tag < captureLimits.tags; tag += 1) {
    switch (type) {
      case etherTypes.ipv4:
      case etherTypes.ipv6:
        return at;
      case etherTypes.vlan:
      case etherTypes.serviceVlan:
      case etherTypes.oldServiceVlan:
        if (end - at < 4) return "cut-off";
        packet.vlan = ((packet.vlan << 12) | (uint16(bytes, at) & 0x0fff)) & 0x00ff_ffff;
        type = uint16(bytes, at + 2);
        at += 4;
        break;
      case etherTypes.mplsUnicast:
      case etherTypes.mplsMulticast:
        return behindMpls(bytes, at, end);
      case etherTypes.pppoeSession:
        return behindPpp(bytes, at + 6, end);
      default:
        return "not-ip";
    }
  }
  return "not-ip";
}

/** RFC 3032: a label's bottom-of-stack bit; what follows must tell itself that it is IP. */
function behindMpls(bytes: Buffer, start: number, end: number): NetworkStart {
  let at = start;
  for (let label = 0; label < captureLimits.tags; label += 1) {
    if (end - at < 5) return "cut-off";
    const bottom = (bytes[at + 2]! & 1) === 1;
    at += 4;
    if (bottom) return bytes[at]! >> 4 === 4 || bytes[at]! >> 4 === 6 ? at : "not-ip";
  }
  return "not-ip";
}

/** RFC 1661 and 1662: address and control may be left out, and so may the protocol's first byte when it is 0. */
function behindPpp(bytes: Buffer, start: number, end: number): NetworkStart {
  if (end - start < 4) return "cut-off";
  const at = bytes[start] === 0xff && bytes[start + 1] === 0x03 ? start + 2 : start;
  const short = (bytes[at]! & 1) === 1;
  const protocol = short ? bytes[at]! : uint16(bytes, at);
  if (protocol !== pppProtocols.ipv4 && protocol !== pppProtocols.ipv6) return "not-ip";
  return at + (short ? 1 : 2);
}

/** The address family in the byte order of the machine that captured: 2 is IPv4; 24, 28 and 30 are IPv6, by system. */
function behindFamily(bytes: Buffer, at: number): NetworkStart {
  const big = int32(bytes, at);
  const family = big >>> 16 === 0 ? big : bytes[at]! | (bytes[at + 1]! << 8);
  return family === 2 || family === 10 || family === 24 || family === 28 || family === 30 ? at + 4 : "not-ip";
}
