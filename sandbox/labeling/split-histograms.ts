import { PatternIndex } from "./pattern-index.js";
import type { LabeledHistogram } from "./vote-histogram.js";

/** Parts of the rows that are counted apart. */
const names = ["train", "validation", "test"] as const;

/** One histogram for each part of the rows, all over the same patterns. */
export type SplitHistograms = Readonly<Record<(typeof names)[number], LabeledHistogram>>;

/** The counts of one part, by pattern and, of rows with ground truth, by pattern and label. */
interface Tally {
  counts: Float64Array;
  truthCounts: Float64Array;
}

/**
 * Sum of split histograms of chunks of rows. Patterns are numbered by first appearance in the sequence of chunks: added in
 * the rows' order, the sum is the histogram of all rows.
 */
export class SplitHistogramSum {
  readonly #index: PatternIndex;
  readonly #tallies = { train: emptyTally(), validation: emptyTally(), test: emptyTally() };

  constructor(lfCount: number, labelCount: number) {
    this.#index = new PatternIndex(lfCount, labelCount);
  }

  /**
   * Add a chunk. Cost grows with its patterns.
   * @returns the sum's number of each pattern of the chunk
   * @throws FLM_INTERNAL when the chunk has other LFs or labels
   * @throws FLM_TOO_LARGE when the distinct patterns do not fit the ceiling
   */
  add(chunk: SplitHistograms): Int32Array {
    const { labelCount } = this.#index;
    const numbers = this.#index.add(chunk.train);
    for (const name of names) {
      const tally = this.#tallies[name];
      const { counts, truthCounts } = chunk[name];
      tally.counts = extend(tally.counts, this.#index.size);
      tally.truthCounts = extend(tally.truthCounts, this.#index.size * labelCount);
      for (const [pattern, number] of numbers.entries()) {
        tally.counts[number]! += counts[pattern]!;
        for (let label = 0; label < labelCount; label++) {
          tally.truthCounts[number * labelCount + label]! += truthCounts[pattern * labelCount + label]!;
        }
      }
    }
    return numbers;
  }

  /** The sums so far. */
  total(): SplitHistograms {
    const { lfCount, labelCount, size } = this.#index;
    const patterns = this.#index.list();
    const histogramOf = ({ counts, truthCounts }: Tally): LabeledHistogram => ({
      lfCount,
      labelCount,
      patterns,
      counts: counts.slice(0, size),
      truthCounts: truthCounts.slice(0, size * labelCount),
    });
    const { train, validation, test } = this.#tallies;
    return { train: histogramOf(train), validation: histogramOf(validation), test: histogramOf(test) };
  }
}

/** The parts as one: all rows. */
export function joinSplits({ train, validation, test }: SplitHistograms): LabeledHistogram {
  const add = (name: keyof Tally) =>
    train[name].map((count, index) => count + validation[name][index]! + test[name][index]!);
  return { ...train, counts: add("counts"), truthCounts: add("truthCounts") };
}

function emptyTally(): Tally {
  return { counts: new Float64Array(0), truthCounts: new Float64Array(0) };
}

/** The same numbers with room for `length` of them. */
function extend(values: Float64Array, length: number): Float64Array {
  if (values.length >= length) return values;
  const longer = new Float64Array(Math.max(length, values.length * 2));
  longer.set(values);
  return longer;
}
