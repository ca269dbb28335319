import type { LabeledHistogram, SplitHistograms } from "../labeling/index.js";

/** Patterns told apart by some LFs: the group of every pattern, and the first pattern of every group. */
interface Grouping {
  readonly lfs: readonly number[];
  readonly groupOf: Int32Array;
  readonly first: readonly number[];
}

/**
 * The histograms of a subset of LFs, from those of all: patterns that do not differ on the subset become one, numbered by
 * first appearance. No second pass over rows; costs the patterns times the LFs of the subset.
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

  /** @param lfs indices of distinct LFs; their order is that of the subset's votes. */
  project(lfs: readonly number[]): SplitHistograms {
    const { groupOf, first } = this.#group(lfs);
    const patterns = new Int8Array(first.length * lfs.length);
    for (const [group, pattern] of first.entries()) {
      for (const [position, lf] of lfs.entries()) patterns[group * lfs.length + position] = this.#votes[lf]![pattern]!;
    }
    const k = this.#labelCount;
    const merge = (name: keyof SplitHistograms): LabeledHistogram => ({
      lfCount: lfs.length,
      labelCount: k,
      patterns,
      ...mergeCounts(this.#splits[name], this.#shown[name], groupOf, first.length),
    });
    return { train: merge("train"), validation: merge("validation"), test: merge("test") };
  }

  #group(lfs: readonly number[]): Grouping {
    const before = lfs.slice(0, -1);
    if (before.length !== this.#prefix.lfs.length || before.some((lf, index) => lf !== this.#prefix.lfs[index])) {
      const none = {
        lfs: [],
        groupOf: new Int32Array(this.#prefix.groupOf.length),
        first: this.#prefix.first.slice(0, 1),
      };
      this.#prefix = before.reduce((grouping: Grouping, lf) => this.#refine(grouping, lf), none);
    }
    return this.#refine(this.#prefix, lfs.at(-1)!);
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

/** Counts of one split by group. The hot loop of all pairs. */
function mergeCounts(
  { labelCount: k, counts: rows, truthCounts: truth }: LabeledHistogram,
  shown: Int32Array,
  groupOf: Int32Array,
  groups: number,
): { counts: Float64Array; truthCounts: Float64Array } {
  const counts = new Float64Array(groups);
  const truthCounts = new Float64Array(groups * k);
  for (let index = 0; index < shown.length; index++) {
    const pattern = shown[index]!;
    const group = groupOf[pattern]!;
    counts[group]! += rows[pattern]!;
    for (let label = 0; label < k; label++) truthCounts[group * k + label]! += truth[pattern * k + label]!;
  }
  return { counts, truthCounts };
}
