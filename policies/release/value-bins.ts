const LOWEST_DECADE = -6;
const HIGHEST_DECADE = 15;

/**
 * Bins of numeric values, the same for every column and dataset, so that they say nothing of any: equally wide on a logarithmic
 * scale from 10^-6 to 10^15, mirrored for negative values, and one for zero and what is smaller. Values beyond the last edge
 * are in the last bin.
 */
export class ValueBins {
  /** Bins between a value and ten times it. */
  readonly perDecade: number;
  readonly #perSign: number;

  /** @param perDecade whole, at least 1 */
  constructor(perDecade: number) {
    this.perDecade = perDecade;
    this.#perSign = (HIGHEST_DECADE - LOWEST_DECADE) * perDecade;
  }

  get size(): number {
    return 2 * this.#perSign + 1;
  }

  /** The bin of zero, in the middle. */
  get zero(): number {
    return this.#perSign;
  }

  /** Bin of a value, 0..size-1 in the order of values; -1 for NaN, which is no value. */
  binOf(value: number): number {
    if (Number.isNaN(value)) return -1;
    const place = Math.floor((Math.log10(Math.abs(value)) - LOWEST_DECADE) * this.perDecade);
    if (place < 0) return this.zero;
    const steps = Math.min(place, this.#perSign - 1) + 1;
    return value > 0 ? this.zero + steps : this.zero - steps;
  }

  /** Values between which a bin lies, the smaller first. The bin of zero is the point 0. */
  edgesOf(bin: number): readonly [number, number] {
    if (bin === this.zero) return [0, 0];
    const place = Math.abs(bin - this.zero) - 1;
    const edge = (step: number) => 10 ** (LOWEST_DECADE + step / this.perDecade);
    return bin > this.zero ? [edge(place), edge(place + 1)] : [-edge(place + 1), -edge(place)];
  }

  /** Count values, a chunk at a time. NaN is left out. */
  count(values: ArrayLike<number>, counts: Float64Array = new Float64Array(this.size)): Float64Array {
    for (let row = 0; row < values.length; row++) {
      const bin = this.binOf(values[row]!);
      if (bin >= 0) counts[bin]! += 1;
    }
    return counts;
  }
}
