/**
 * HalfSipHash-2-4 (Aumasson & Bernstein 2012, the authors' 32-bit variant) of one 64-bit word. It decides which rows and votes
 * the caps keep. Bounds on sensitivity hold for any hash; the key only denies whoever injects rows a say in which are kept.
 */
export class KeyedHash {
  readonly #low: number;
  readonly #high: number;

  /** @param key 8 secret bytes, kept with the dataset version: the same rows are kept in every release. */
  constructor(key: Uint8Array) {
    if (key.length !== 8) throw new RangeError("A key of HalfSipHash has 8 bytes.");
    const view = new DataView(key.buffer, key.byteOffset, 8);
    this.#low = view.getInt32(0, true);
    this.#high = view.getInt32(4, true);
  }

  /** Uniform over 0..2^32-1. @param value whole, 0..2^53-1; @param tag 0..2047: another use, an unrelated hash */
  hash(value: number, tag: number): number {
    const low = value | 0;
    const high = Math.floor(value / 2 ** 32) | (tag << 21) | 0;
    let v0 = this.#low;
    let v1 = this.#high;
    let v2 = this.#low ^ 0x6c796765;
    let v3 = this.#high ^ 0x74656462 ^ low;
    // Two rounds after each of the two words and the length, four at the end.
    for (let round = 1; round <= 10; round++) {
      v0 = (v0 + v1) | 0;
      v1 = rotate(v1, 5) ^ v0;
      v0 = rotate(v0, 16);
      v2 = (v2 + v3) | 0;
      v3 = rotate(v3, 8) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = rotate(v3, 7) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = rotate(v1, 13) ^ v2;
      v2 = rotate(v2, 16);
      if (round === 2) {
        v0 ^= low;
        v3 ^= high;
      } else if (round === 4) {
        v0 ^= high;
        v3 ^= LENGTH;
      } else if (round === 6) {
        v0 ^= LENGTH;
        v2 ^= 0xff;
      }
    }
    return (v1 ^ v3) >>> 0;
  }
}

/** The last word of a message of eight bytes: its length, in the highest byte. */
const LENGTH = 8 << 24;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
