import { int32 } from "./byte-order.js";
import { flowSlots } from "./flow-row.js";
import type { Packet } from "./packet.js";

/** Rows of numbers that are allocated at once. */
const BLOCK_ROWS = 2_048;
const BLOCK_SHIFT = 11;
const FIRST_ROWS = 1_024;

/** Words of an entry: its key, its hash, its links, what the meter notes of it. */
const KEY_WORDS = 12;
const HASH = 12;
const CHAIN = 13;
const OLDER = 14;
const NEWER = 15;
const QUEUE = 16;
const NOTES = 17;
const SEQUENCE = 18;
const ENTRY_WORDS = 20;

/** Words of a key: the lower endpoint's address, the higher one's, their ports, and the rest of what tells flows apart. */
const LOW_ADDRESS = 0;
const HIGH_ADDRESS = 4;
const PORTS = 8;
const PROTOCOL = 9;
const VLAN = 10;
const ICMP = 11;

const NONE = -1;

/** What tells a flow apart, of an entry. */
export interface FlowEndpoints {
  readonly version: 4 | 6;
  readonly protocol: number;
  readonly vlan: number;
  /** Big-endian address bytes, 4 or 16, of the endpoint that is canonically lower and of the other. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  readonly lowPort: number;
  readonly highPort: number;
}

/**
 * The flows under way: found by address, port, protocol and VLAN of both ends, whichever sends; in queues by how long they have
 * been quiet. A flow is a small number; its state lies in typed arrays, so that a million flows are no work for the garbage
 * collector.
 */
export class FlowTable {
  readonly #seed: number;
  readonly #key = new Int32Array(KEY_WORDS);
  #keyHash = 0;
  /** Whether the sender of the packet that was looked up last is the lower endpoint. */
  senderIsLow = true;
  #entries = new Int32Array(FIRST_ROWS * ENTRY_WORDS);
  #buckets = new Int32Array(2 * FIRST_ROWS).fill(NONE);
  #blocks: Float64Array[] = [];
  #free = NONE;
  #made = 0;
  #size = 0;
  readonly #oldest: Int32Array;
  readonly #newest: Int32Array;

  /**
   * @param queues number of queues
   * @param seed any 32 bits that whoever writes a capture cannot know: chains of equal hashes would make every packet slow
   */
  constructor(queues: number, seed: number) {
    this.#seed = seed;
    this.#oldest = new Int32Array(queues).fill(NONE);
    this.#newest = new Int32Array(queues).fill(NONE);
  }

  /** Flows under way. */
  get size(): number {
    return this.#size;
  }

  /** The flow that a packet belongs to, or -1. */
  find(packet: Packet): number {
    this.#setKey(packet);
    const entries = this.#entries;
    const key = this.#key;
    const hash = this.#keyHash;
    let flow = this.#buckets[hash & (this.#buckets.length - 1)]!;
    while (flow !== NONE) {
      const at = flow * ENTRY_WORDS;
      if (entries[at + HASH] === hash) {
        let word = 0;
        while (word < KEY_WORDS && entries[at + word] === key[word]) word += 1;
        if (word === KEY_WORDS) return flow;
      }
      flow = entries[at + CHAIN]!;
    }
    return NONE;
  }

  /** A new flow of the packet that was looked up last, which must not be there, as the newest of a queue; its numbers are 0. */
  insert(queue: number): number {
    const flow = this.#allocate();
    const entries = this.#entries;
    const at = flow * ENTRY_WORDS;
    entries.set(this.#key, at);
    entries[at + HASH] = this.#keyHash;
    entries[at + NOTES] = 0;
    entries[at + SEQUENCE] = 0;
    const bucket = this.#keyHash & (this.#buckets.length - 1);
    entries[at + CHAIN] = this.#buckets[bucket]!;
    this.#buckets[bucket] = flow;
    this.#append(flow, queue);
    const row = this.rowOf(flow);
    this.numbersOf(flow).fill(0, row, row + flowSlots);
    this.#size += 1;
    return flow;
  }

  remove(flow: number): void {
    const entries = this.#entries;
    const at = flow * ENTRY_WORDS;
    const bucket = entries[at + HASH]! & (this.#buckets.length - 1);
    let link = this.#buckets[bucket]!;
    if (link === flow) this.#buckets[bucket] = entries[at + CHAIN]!;
    else {
      while (entries[link * ENTRY_WORDS + CHAIN] !== flow) link = entries[link * ENTRY_WORDS + CHAIN]!;
      entries[link * ENTRY_WORDS + CHAIN] = entries[at + CHAIN]!;
    }
    this.#unlink(flow);
    entries[at + CHAIN] = this.#free;
    this.#free = flow;
    this.#size -= 1;
  }

  /** Make a flow the newest of a queue. */
  touch(flow: number, queue: number): void {
    if (this.#newest[queue] === flow) return;
    this.#unlink(flow);
    this.#append(flow, queue);
  }

  /** The flow of a queue that was touched least recently, or -1. */
  oldest(queue: number): number {
    return this.#oldest[queue]!;
  }

  /** Where the flow's numbers lie: in `numbersOf(flow)` from `rowOf(flow)` on. */
  numbersOf(flow: number): Float64Array {
    return this.#blocks[flow >> BLOCK_SHIFT]!;
  }

  rowOf(flow: number): number {
    return (flow & (BLOCK_ROWS - 1)) * flowSlots;
  }

  /** Bits that the meter notes of a flow. */
  notes(flow: number): number {
    return this.#entries[flow * ENTRY_WORDS + NOTES]!;
  }

  setNotes(flow: number, notes: number): void {
    this.#entries[flow * ENTRY_WORDS + NOTES] = notes;
  }

  /** A sequence number that the meter notes of a flow. */
  sequence(flow: number): number {
    return this.#entries[flow * ENTRY_WORDS + SEQUENCE]!;
  }

  setSequence(flow: number, sequence: number): void {
    this.#entries[flow * ENTRY_WORDS + SEQUENCE] = sequence;
  }

  endpoints(flow: number): FlowEndpoints {
    const key = this.#entries.subarray(flow * ENTRY_WORDS, flow * ENTRY_WORDS + KEY_WORDS);
    const version = key[PROTOCOL]! >> 8 === 6 ? 6 : 4;
    return {
      version,
      protocol: key[PROTOCOL]! & 0xff,
      vlan: key[VLAN]!,
      low: addressBytes(key, LOW_ADDRESS, version),
      high: addressBytes(key, HIGH_ADDRESS, version),
      lowPort: key[PORTS]! >>> 16,
      highPort: key[PORTS]! & 0xffff,
    };
  }

  #setKey(packet: Packet): void {
    const { bytes, version, srcAddrAt, dstAddrAt, srcPort, dstPort } = packet;
    const key = this.#key;
    const words = version === 4 ? 1 : 4;
    let order = 0;
    for (let word = 0; word < words && order === 0; word += 1) {
      order = int32(bytes, srcAddrAt + 4 * word) - int32(bytes, dstAddrAt + 4 * word);
    }
    if (order === 0) order = srcPort - dstPort;
    this.senderIsLow = order <= 0;
    const low = order <= 0 ? srcAddrAt : dstAddrAt;
    const high = order <= 0 ? dstAddrAt : srcAddrAt;
    for (let word = 0; word < 4; word += 1) {
      key[LOW_ADDRESS + word] = word < words ? int32(bytes, low + 4 * word) : 0;
      key[HIGH_ADDRESS + word] = word < words ? int32(bytes, high + 4 * word) : 0;
    }
    key[PORTS] = order <= 0 ? (srcPort << 16) | dstPort : (dstPort << 16) | srcPort;
    key[PROTOCOL] = (version << 8) | packet.protocol;
    key[VLAN] = packet.vlan;
    key[ICMP] = packet.icmpIdentifier;
    let hash = this.#seed;
    for (let word = 0; word < KEY_WORDS; word += 1) {
      hash = Math.imul(hash ^ key[word]!, 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    this.#keyHash = hash;
  }

  #allocate(): number {
    if (this.#free !== NONE) {
      const flow = this.#free;
      this.#free = this.#entries[flow * ENTRY_WORDS + CHAIN]!;
      return flow;
    }
    const flow = this.#made;
    this.#made += 1;
    if (flow * ENTRY_WORDS === this.#entries.length) this.#grow();
    if (flow >> BLOCK_SHIFT === this.#blocks.length) this.#blocks.push(new Float64Array(BLOCK_ROWS * flowSlots));
    return flow;
  }

  #grow(): void {
    const entries = new Int32Array(2 * this.#entries.length);
    entries.set(this.#entries);
    this.#entries = entries;
    const buckets = new Int32Array(2 * this.#buckets.length).fill(NONE);
    // Called when every flow that was ever made is in the table.
    for (let flow = 0; flow < this.#size; flow += 1) {
      const bucket = entries[flow * ENTRY_WORDS + HASH]! & (buckets.length - 1);
      entries[flow * ENTRY_WORDS + CHAIN] = buckets[bucket]!;
      buckets[bucket] = flow;
    }
    this.#buckets = buckets;
  }

  #append(flow: number, queue: number): void {
    const entries = this.#entries;
    const at = flow * ENTRY_WORDS;
    const newest = this.#newest[queue]!;
    entries[at + QUEUE] = queue;
    entries[at + OLDER] = newest;
    entries[at + NEWER] = NONE;
    if (newest === NONE) this.#oldest[queue] = flow;
    else entries[newest * ENTRY_WORDS + NEWER] = flow;
    this.#newest[queue] = flow;
  }

  #unlink(flow: number): void {
    const entries = this.#entries;
    const at = flow * ENTRY_WORDS;
    const queue = entries[at + QUEUE]!;
    const older = entries[at + OLDER]!;
    const newer = entries[at + NEWER]!;
    if (older === NONE) this.#oldest[queue] = newer;
    else entries[older * ENTRY_WORDS + NEWER] = newer;
    if (newer === NONE) this.#newest[queue] = older;
    else entries[newer * ENTRY_WORDS + OLDER] = older;
  }
}

function addressBytes(key: Int32Array, at: number, version: 4 | 6): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(version === 4 ? 4 : 16));
  for (let word = 0; 4 * word < bytes.byteLength; word += 1) bytes.setInt32(4 * word, key[at + word]!);
  return new Uint8Array(bytes.buffer);
}
