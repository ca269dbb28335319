/** Unsigned 16-bit number in network byte order. */
export function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** 32 bits in network byte order, as the signed number of the same bits: equality and hashing need no more. */
export function int32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** Unsigned 16-bit number in the byte order of the file. */
export function uint16In(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian ? bytes[at]! | (bytes[at + 1]! << 8) : uint16(bytes, at);
}

/** Unsigned 32-bit number in the byte order of the file. */
export function uint32In(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const bits = littleEndian
    ? bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    : int32(bytes, at);
  return bits >>> 0;
}
