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
    const words = [value | 0, Math.floor(value / 2 ** 32) | (tag << 21) | 0, 8 << 24];
    let [v0, v1, v2, v3] = [this.#low, this.#high, this.#low ^ 0x6c796765, this.#high ^ 0x74656462];
    const round = () => {
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
    };
    for (const word of words) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }
    v2 ^= 0xff;
    for (let step = 0; step < 4; step++) round();
    return (v1 ^ v3) >>> 0;
  }
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
