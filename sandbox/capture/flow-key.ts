import { int32 } from "./byte-order.js";
import type { Packet } from "./packet.js";

/** Words of a key: the address of either endpoint, their ports, and the rest of what tells flows apart. */
const LOW_ADDRESS = 0;
const HIGH_ADDRESS = 4;
const PORTS = 8;
const PROTOCOL = 9;
const VLAN = 10;
const ICMP = 11;
export const keyWords = 12;

const ADDRESS_WORDS = 4;

/** What tells a flow apart. */
export interface FlowEndpoints {
  readonly version: 4 | 6;
  readonly protocol: number;
  /** 12 bits a tag, outermost first; 0 without any. */
  readonly vlan: number;
  /** Address of the endpoint that comes first in the order of the keys, and of the other: 4 or 16 bytes. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  readonly lowPort: number;
  readonly highPort: number;
}

/**
 * The key of a packet's flow, the same in both directions: endpoints ordered by address and port, protocol, VLAN, and the
 * identifier of an ICMP query, so that a request and its reply are one flow.
 */
export class FlowKey {
  readonly words = new Int32Array(keyWords);
  readonly #seed: number;
  hash = 0;
  senderIsLow = true;

  /** @param seed 32 bits that whoever writes a capture cannot know: a chain of equal hashes would make every packet slow */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Become the key of a packet. */
  take(packet: Packet): void {
    const { bytes, version, srcAddrAt, dstAddrAt, srcPort, dstPort } = packet;
    const words = this.words;
    const addressWords = version === 4 ? 1 : ADDRESS_WORDS;
    let order = 0;
    for (let word = 0; word < addressWords && order === 0; word += 1) {
      order = int32(bytes, srcAddrAt + 4 * word) - int32(bytes, dstAddrAt + 4 * word);
    }
    if (order === 0) order = srcPort - dstPort;
    const senderIsLow = order <= 0;
    const low = senderIsLow ? srcAddrAt : dstAddrAt;
    const high = senderIsLow ? dstAddrAt : srcAddrAt;
    for (let word = 0; word < ADDRESS_WORDS; word += 1) {
      const isThere = word < addressWords;
      words[LOW_ADDRESS + word] = isThere ? int32(bytes, low + 4 * word) : 0;
      words[HIGH_ADDRESS + word] = isThere ? int32(bytes, high + 4 * word) : 0;
    }
    words[PORTS] = senderIsLow ? (srcPort << 16) | dstPort : (dstPort << 16) | srcPort;
    words[PROTOCOL] = (version << 8) | packet.protocol;
    words[VLAN] = packet.vlan;
    words[ICMP] = packet.icmpIdentifier;
    this.senderIsLow = senderIsLow;
    this.hash = this.#hashWords();
  }

  #hashWords(): number {
    let hash = this.#seed;
    for (let word = 0; word < keyWords; word += 1) {
      hash = Math.imul(hash ^ this.words[word]!, 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }
}

/** What the words of a key say. */
export function endpointsOf(words: Int32Array): FlowEndpoints {
  const version = words[PROTOCOL]! >> 8 === 6 ? 6 : 4;
  return {
    version,
    protocol: words[PROTOCOL]! & 0xff,
    vlan: words[VLAN]!,
    low: addressOf(words, LOW_ADDRESS, version),
    high: addressOf(words, HIGH_ADDRESS, version),
    lowPort: words[PORTS]! >>> 16,
    highPort: words[PORTS]! & 0xffff,
  };
}

function addressOf(words: Int32Array, at: number, version: 4 | 6): Uint8Array {
  const bytes = new Uint8Array(version === 4 ? 4 : 16);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = words[at + (index >> 2)]! >>> (24 - 8 * (index & 3));
  return bytes;
}
