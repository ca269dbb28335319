import type { LabeledHistogram, SplitHistograms } from "../labeling/index.js";

/** Patterns told apart by some LFs: the group of every pattern, and the first pattern of every group. */
interface Grouping {
  readonly lfs: readonly number[];
  readonly groupOf: Int32Array;
  readonly first: readonly number[];
}

const splitNames = ["train", "validation", "test"] as const;

/**
 * The histograms of a subset of LFs, from those of all: patterns that do not differ on the subset become one. No second pass
 * over rows; costs the patterns, once for each LF by which the subset differs from the one before.
 */
export class SubsetHistograms {
  readonly #splits: SplitHistograms;
  readonly #labelCount: number;
  /** Votes by LF: `#votes[lf][pattern]`. */
  readonly #votes: readonly Int8Array[];
  /** Patterns that each split shows; most show in one alone. */
  readonly #shown: Readonly<Record<keyof SplitHistograms, Int32Array>>;
  /** All but the last LF of the subset before this one, which is often that of the next too. */
  #prefix: Grouping;

  constructor(splits: SplitHistograms) {
    const { lfCount, labelCount, patterns, counts } = splits.train;
    this.#splits = splits;
    this.#labelCount = labelCount;
    this.#votes = Array.from({ length: lfCount }, (_, lf) =>
      Int8Array.from(counts, (_count, pattern) => patterns[pattern * lfCount + lf]!),
    );
    const shownIn = (split: LabeledHistogram) =>
      Int32Array.from(split.counts.keys()).filter((pattern) => split.counts[pattern]! > 0);
    this.#shown = {
      train: shownIn(splits.train),
      validation: shownIn(splits.validation),
      test: shownIn(splits.test),
    };
    this.#prefix = { lfs: [], groupOf: new Int32Array(counts.length), first: counts.length === 0 ? [] : [0] };
  }

  /** @param lfs indices of distinct LFs, at least one; their order is that of the subset's votes. */
  project(lfs: readonly number[]): SplitHistograms {
    const prefix = this.#groupBy(lfs.slice(0, -1));
    const symbols = this.#labelCount + 1;
    const last = this.#votes[lfs.at(-1)!]!;
    const cells = prefix.first.length * symbols;
    const sums = splitNames.map((name) => sumCells(this.#splits[name], this.#shown[name], prefix.groupOf, last, cells));
    const used = Array.from({ length: cells }, (_, cell) => cell).filter((cell) =>
      sums.some(({ counts }) => counts[cell]! > 0),
    );
    const patterns = new Int8Array(used.length * lfs.length);
    for (const [index, cell] of used.entries()) {
      const pattern = prefix.first[Math.floor(cell / symbols)]!;
      for (const [position, lf] of prefix.lfs.entries()) {
        patterns[index * lfs.length + position] = this.#votes[lf]![pattern]!;
      }
      patterns[(index + 1) * lfs.length - 1] = (cell % symbols) - 1;
    }
    const k = this.#labelCount;
    const [train, validation, test] = sums.map(
      ({ counts, truthCounts }): LabeledHistogram => ({
        lfCount: lfs.length,
        labelCount: k,
        patterns,
        counts: Float64Array.from(used, (cell) => counts[cell]!),
        truthCounts: Float64Array.from(
          { length: used.length * k },
          (_, index) => truthCounts[used[Math.floor(index / k)]! * k + (index % k)]!,
        ),
      }),
    ) as [LabeledHistogram, LabeledHistogram, LabeledHistogram];
    return { train, validation, test };
  }

  #groupBy(lfs: readonly number[]): Grouping {
    if (lfs.length !== this.#prefix.lfs.length || lfs.some((lf, index) => lf !== this.#prefix.lfs[index])) {
      const none = {
        lfs: [],
        groupOf: new Int32Array(this.#prefix.groupOf.length),
        first: this.#prefix.first.slice(0, 1),
      };
      this.#prefix = lfs.reduce((grouping: Grouping, lf) => this.#refine(grouping, lf), none);
    }
    return this.#prefix;
  }

  /** Tell groups apart by one more LF. No code outgrows the number of patterns, however many LFs there are. */
  #refine({ lfs, groupOf, first }: Grouping, lf: number): Grouping {
    const symbols = this.#labelCount + 1;
    const votes = this.#votes[lf]!;
    const numbers = new Int32Array(first.length * symbols).fill(-1);
    const refined = new Int32Array(groupOf.length);
    const firstOf: number[] = [];
    for (let pattern = 0; pattern < refined.length; pattern++) {
      const cell = groupOf[pattern]! * symbols + votes[pattern]! + 1;
      if (numbers[cell]! < 0) numbers[cell] = firstOf.push(pattern) - 1;
      refined[pattern] = numbers[cell]!;
    }
    return { lfs: [...lfs, lf], groupOf: refined, first: firstOf };
  }
}

/** Counts of one split by group and last vote. The hot loop of all pairs. */
function sumCells(
  { labelCount: k, counts: rows, truthCounts: truth }: LabeledHistogram,
  shown: Int32Array,
  groupOf: Int32Array,
  last: Int8Array,
  cells: number,
): { counts: Float64Array; truthCounts: Float64Array } {
  const counts = new Float64Array(cells);
  const truthCounts = new Float64Array(cells * k);
  for (let index = 0; index < shown.length; index++) {
    const pattern = shown[index]!;
    const cell = groupOf[pattern]! * (k + 1) + last[pattern]! + 1;
    counts[cell]! += rows[pattern]!;
    for (let label = 0; label < k; label++) truthCounts[cell * k + label]! += truth[pattern * k + label]!;
  }
  return { counts, truthCounts };
}
