/** Fresh random bytes, as many as asked for. In the gate those of the operating system; noise is as secret as they are. */
export type ByteSource = (count: number) => Uint8Array;

const BUFFER_BYTES = 4096;
/** Below this whole numbers of six bytes are exact as doubles. */
const SMALL = 2 ** 48;

/** Uniform integers from bytes, exact: a draw outside the range is thrown away, never folded back. */
export class RandomBits {
  readonly #source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(0);
  #next = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  nextByte(): number {
    if (this.#next === this.#bytes.length) {
      this.#bytes = this.#source(BUFFER_BYTES);
      this.#next = 0;
    }
    return this.#bytes[this.#next++]!;
  }

  /** Uniform over 0..bound-1. @param bound whole, 1..2^48 */
  nextBelow(bound: number): number {
    if (bound > SMALL) return Number(this.nextBigBelow(BigInt(bound)));
    let bytes = 0;
    for (let reach = 1; reach < bound; reach *= 256) bytes++;
    const reach = 256 ** bytes;
    // The largest multiple of the bound that the bytes reach: below it every remainder is equally likely.
    const ceiling = reach - (reach % bound);
    for (;;) {
      let value = 0;
      for (let byte = 0; byte < bytes; byte++) value = value * 256 + this.nextByte();
      if (value < ceiling) return value % bound;
    }
  }

  /** As `nextBelow`, of any size. */
  nextBigBelow(bound: bigint): bigint {
    const bits = (bound - 1n).toString(2).length;
    const bytes = Math.ceil(bits / 8);
    const spare = BigInt(bytes * 8 - bits);
    for (;;) {
      let value = 0n;
      for (let byte = 0; byte < bytes; byte++) value = (value << 8n) | BigInt(this.nextByte());
      value >>= spare;
      if (value < bound) return value;
    }
  }
}
