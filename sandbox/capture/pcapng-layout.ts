import { uint16In, uint32In } from "./byte-order.js";
import type { FrameSink, RecordLayout } from "./frame.js";
import { clockOf, type InterfaceClock, microsAt } from "./interface-clock.js";
import { captureLimits } from "./limits.js";

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const SMALLEST_BLOCK_BYTES = 12;
/** Type and length before, length again after the body. */
const HEAD_BYTES = 8;
const TAIL_BYTES = 4;

interface Interface {
  readonly linkType: number;
  /** Largest captured packet; 0 is no limit. */
  readonly snapBytes: number;
  readonly clock: InterfaceClock;
}

/** Whether a file begins with a pcapng section header, whose type reads the same in both byte orders. */
export function isPcapng(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE(0) === SECTION_HEADER;
}

/** The pcapng format (draft-ietf-opsawg-pcapng): blocks of any type, packets among them; unknown ones are stepped over. */
export class PcapngLayout implements RecordLayout {
  readonly #sink: FrameSink;
  #littleEndian = true;
  #interfaces: Interface[] = [];

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  read(bytes: Buffer, at: number, end: number): number | string {
    if (end - at < SMALLEST_BLOCK_BYTES) return 0;
    if (uint32In(bytes, at, true) === SECTION_HEADER) {
      const magic = at + HEAD_BYTES;
      this.#littleEndian = uint32In(bytes, magic, true) === BYTE_ORDER_MAGIC;
      if (uint32In(bytes, magic, this.#littleEndian) !== BYTE_ORDER_MAGIC) return "a section has no byte-order magic";
      this.#interfaces = [];
    }
    const littleEndian = this.#littleEndian;
    const size = uint32In(bytes, at + 4, littleEndian);
    if (size < SMALLEST_BLOCK_BYTES || size % 4 !== 0) return "a block's length is impossible";
    if (size > captureLimits.blockBytes || end - at < size) return size;
    if (uint32In(bytes, at + size - TAIL_BYTES, littleEndian) !== size) return "a block's two lengths differ";
    return this.#readBody(uint32In(bytes, at, littleEndian), bytes, at + HEAD_BYTES, at + size - TAIL_BYTES) ?? size;
  }

  #readBody(type: number, bytes: Buffer, at: number, end: number): string | undefined {
    const littleEndian = this.#littleEndian;
    if (type === ENHANCED_PACKET) {
      if (end - at < 20) return "a packet block is too short";
      return this.#packet(uint32In(bytes, at, littleEndian), bytes, at, end);
    }
    if (type === INTERFACE_DESCRIPTION) return this.#addInterface(bytes, at, end);
    if (type === OBSOLETE_PACKET) {
      if (end - at < 20) return "a packet block is too short";
      return this.#packet(uint16In(bytes, at, littleEndian), bytes, at, end);
    }
    return type === SIMPLE_PACKET ? this.#simplePacket(bytes, at, end) : undefined;
  }

  /** Enhanced and obsolete packet blocks: the same but for the width of the interface's number. */
  #packet(index: number, bytes: Buffer, at: number, end: number): string | undefined {
    const from = this.#interfaces[index];
    if (from === undefined) return "a packet names an interface that was not described";
    const littleEndian = this.#littleEndian;
    const captured = uint32In(bytes, at + 12, littleEndian);
    const start = at + 20;
    if (captured > end - start || captured > captureLimits.packetBytes) return "a packet is longer than its block";
    const time = microsAt(from.clock, uint32In(bytes, at + 4, littleEndian), uint32In(bytes, at + 8, littleEndian));
    this.#sink(bytes, start, start + captured, time, from.linkType, uint32In(bytes, at + 16, littleEndian));
    return undefined;
  }

  /** A packet of the first interface that tells no time: handed on as not a number. */
  #simplePacket(bytes: Buffer, at: number, end: number): string | undefined {
    const from = this.#interfaces[0];
    if (from === undefined) return "a packet names an interface that was not described";
    if (end - at < 4) return "a packet block is too short";
    const wireBytes = uint32In(bytes, at, this.#littleEndian);
    const captured = Math.min(wireBytes, end - at - 4, from.snapBytes || captureLimits.packetBytes);
    this.#sink(bytes, at + 4, at + 4 + captured, Number.NaN, from.linkType, wireBytes);
    return undefined;
  }

  #addInterface(bytes: Buffer, at: number, end: number): string | undefined {
    if (end - at < 8) return "an interface block is too short";
    if (this.#interfaces.length >= captureLimits.interfaces) return "a section describes too many interfaces";
    this.#interfaces.push({
      linkType: uint16In(bytes, at, this.#littleEndian),
      snapBytes: uint32In(bytes, at + 4, this.#littleEndian),
      clock: clockOf(bytes, at + 8, end, this.#littleEndian),
    });
    return undefined;
  }
}
