import { uint32In } from "./byte-order.js";
import type { FrameSink, RecordLayout } from "./frame.js";
import { captureLimits } from "./limits.js";

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MICROSECOND_MAGIC = 0xa1b2c3d4;
const NANOSECOND_MAGIC = 0xa1b23c4d;

/** Whether a file begins with the magic number of a pcap file, in either byte order and resolution. */
export function isPcap(head: Buffer): boolean {
  if (head.length < 4) return false;
  return [MICROSECOND_MAGIC, NANOSECOND_MAGIC].some(
    (magic) => head.readUInt32LE(0) === magic || head.readUInt32BE(0) === magic,
  );
}

/** libpcap's file format (draft-ietf-opsawg-pcap): one header, then packets behind a 16-byte header each. */
export class PcapLayout implements RecordLayout {
  readonly #sink: FrameSink;
  #littleEndian = true;
  #nanoseconds = false;
  #linkType = 0;
  #begun = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  read(bytes: Buffer, at: number, end: number): number | string {
    if (!this.#begun) return this.#readFileHeader(bytes, at, end);
    if (end - at < RECORD_HEADER_BYTES) return 0;
    const littleEndian = this.#littleEndian;
    const captured = uint32In(bytes, at + 8, littleEndian);
    if (captured > captureLimits.packetBytes) return "a packet claims more bytes than any capture tool writes";
    const size = RECORD_HEADER_BYTES + captured;
    if (end - at < size) return size;
    const fraction = uint32In(bytes, at + 4, littleEndian);
    this.#sink(
      bytes,
      at + RECORD_HEADER_BYTES,
      at + size,
      uint32In(bytes, at, littleEndian) * 1e6 + (this.#nanoseconds ? Math.floor(fraction / 1000) : fraction),
      this.#linkType,
      uint32In(bytes, at + 12, littleEndian),
    );
    return size;
  }

  #readFileHeader(bytes: Buffer, at: number, end: number): number {
    if (end - at < FILE_HEADER_BYTES) return FILE_HEADER_BYTES;
    const magic = uint32In(bytes, at, true);
    this.#littleEndian = magic === MICROSECOND_MAGIC || magic === NANOSECOND_MAGIC;
    this.#nanoseconds = uint32In(bytes, at, this.#littleEndian) === NANOSECOND_MAGIC;
    // The upper half may tell the length of a frame check sequence (section 4 of the draft).
    this.#linkType = uint32In(bytes, at + 20, this.#littleEndian) & 0xffff;
    this.#begun = true;
    return FILE_HEADER_BYTES;
  }
}
