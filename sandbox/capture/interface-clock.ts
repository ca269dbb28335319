import { uint16In, uint32In } from "./byte-order.js";

const TIMESTAMP_RESOLUTION = 9;
const TIMESTAMP_OFFSET = 14;
const TWO_TO_32 = 2 ** 32;

/** How an interface of a pcapng file counts time (if_tsresol, if_tsoffset). */
export interface InterfaceClock {
  readonly unitsPerSecond: number;
  readonly offsetSeconds: number;
}

/** Read the clock from the options of an interface block: microseconds unless they say otherwise. Damaged options end the list. */
export function clockOf(bytes: Buffer, start: number, end: number, littleEndian: boolean): InterfaceClock {
  let unitsPerSecond = 1e6;
  let offsetSeconds = 0;
  let at = start;
  while (at + 4 <= end) {
    const code = uint16In(bytes, at, littleEndian);
    const length = uint16In(bytes, at + 2, littleEndian);
    const value = at + 4;
    if (code === 0 || value + length > end) break;
    if (code === TIMESTAMP_RESOLUTION && length >= 1) {
      const resolution = bytes[value]!;
      unitsPerSecond = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
    } else if (code === TIMESTAMP_OFFSET && length >= 8) {
      const low = uint32In(bytes, littleEndian ? value : value + 4, littleEndian);
      const high = uint32In(bytes, littleEndian ? value + 4 : value, littleEndian) | 0;
      offsetSeconds = high * TWO_TO_32 + low;
    }
    at = value + length + (-length & 3);
  }
  return { unitsPerSecond, offsetSeconds };
}

/** Whole microseconds since 1970-01-01 UTC of a timestamp's two halves. Nanoseconds of this century do not fit in a double. */
export function microsAt({ unitsPerSecond, offsetSeconds }: InterfaceClock, high: number, low: number): number {
  if (unitsPerSecond === 1e6) return high * TWO_TO_32 + low + offsetSeconds * 1e6;
  if (unitsPerSecond === 1e9) {
    // (high * 2^32 + low) / 1000 with a remainder, so that nothing is rounded twice.
    const ofHigh = high * 4_294_967 + Math.floor((high * 296 + low) / 1000);
    return ofHigh + offsetSeconds * 1e6;
  }
  const units = (BigInt(high) << 32n) | BigInt(low);
  return Number((units * 1_000_000n) / BigInt(unitsPerSecond)) + offsetSeconds * 1e6;
}
