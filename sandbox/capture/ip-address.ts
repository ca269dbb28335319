import { uint16 } from "./byte-order.js";

const IPV6_GROUPS = 8;

/** An address of 4 or 16 bytes as text: dotted quads; RFC 5952 of IPv6, with IPv4-mapped addresses in mixed notation. */
export function formatAddress(bytes: Uint8Array, at: number, version: 4 | 6): string {
  return version === 4 ? formatIpv4(bytes, at) : formatIpv6(bytes, at);
}

function formatIpv4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

function formatIpv6(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: IPV6_GROUPS }, (_group, index) => uint16(bytes, at + 2 * index));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${formatIpv4(bytes, at + 12)}`;
  }
  const { start, length } = longestZeros(groups);
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  if (length < 2) return text(0, IPV6_GROUPS);
  return `${text(0, start)}::${text(start + length, IPV6_GROUPS)}`;
}

/** The first of the longest runs of zero groups, which `::` stands for. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
    start += length;
  }
  return best;
}
