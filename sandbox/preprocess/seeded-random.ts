const MASK_64 = (1n << 64n) - 1n;

/**
 * Random numbers for learning: the same seed gives the same numbers on every machine. The generator is xoshiro128** 1.1
 * (Blackman & Vigna 2018), its state filled by SplitMix64 as its authors advise. Not for keys, not for noise.
 */
export class SeededRandom {
  readonly #state: Uint32Array;

  /** @param seed integer 0..2^53-1; near seeds give unrelated sequences. */
  constructor(seed: number) {
    this.#state = new Uint32Array(4);
    let counter = BigInt(seed) & MASK_64;
    for (let half = 0; half < 2; half++) {
      counter = (counter + 0x9e3779b97f4a7c15n) & MASK_64;
      let word = counter;
      word = ((word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
      word = ((word ^ (word >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
      word ^= word >> 31n;
      this.#state[half * 2] = Number(word & 0xffffffffn);
      this.#state[half * 2 + 1] = Number(word >> 32n);
    }
  }

  /** The next integer 0..2^32-1. */
  nextUint32(): number {
    const s = this.#state;
    const scrambled = Math.imul(s[1]!, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** A number in [0, 1) with 53 random bits. */
  nextFloat(): number {
    return ((this.nextUint32() >>> 5) * 2 ** 26 + (this.nextUint32() >>> 6)) / 2 ** 53;
  }

  /** An integer 0..bound-1, each equally likely (rejection, no modulo bias). @param bound 1..2^32 */
  nextBelow(bound: number): number {
    const ceiling = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const value = this.nextUint32();
      if (value < ceiling) return value % bound;
    }
  }

  /** Put `values` into a random order, in place (Fisher-Yates). */
  shuffle(values: Int32Array): void {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.nextBelow(last + 1);
      const value = values[last]!;
      values[last] = values[other]!;
      values[other] = value;
    }
  }
}
