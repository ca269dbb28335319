import { FlamencoError } from "@flamenco/policies/errors";
import { labelingLimits } from "./limits.js";
import { tooManyPatterns } from "./pattern-codes.js";
import { ABSTAIN, type VoteHistogram } from "./vote-histogram.js";

/** Patterns of votes of the same LFs, numbered by first appearance in the sequence of histograms that are added. */
export class PatternIndex {
  readonly lfCount: number;
  readonly labelCount: number;
  readonly #numbers = new Map<string, number>();
  readonly #patterns: Int8Array[] = [];

  constructor(lfCount: number, labelCount: number) {
    this.lfCount = lfCount;
    this.labelCount = labelCount;
  }

  get size(): number {
    return this.#numbers.size;
  }

  /**
   * Number of each pattern of `part`; a new pattern gets the next one.
   * @throws FLM_INTERNAL when the part has other LFs or labels
   * @throws FLM_TOO_LARGE when the distinct patterns do not fit the ceiling
   */
  add({ lfCount, labelCount, patterns, counts }: VoteHistogram): Int32Array {
    if (lfCount !== this.lfCount || labelCount !== this.labelCount) {
      throw new FlamencoError("FLM_INTERNAL", "Only histograms of the same labeling functions and labels add up.");
    }
    const numbers = Int32Array.from(counts, (_, pattern) => {
      const votes = patterns.subarray(pattern * lfCount, (pattern + 1) * lfCount);
      const key = String.fromCharCode(...votes.map((vote) => vote - ABSTAIN));
      const known = this.#numbers.get(key);
      if (known !== undefined) return known;
      this.#patterns.push(votes.slice());
      this.#numbers.set(key, this.#patterns.length - 1);
      return this.#patterns.length - 1;
    });
    if (this.size * lfCount > labelingLimits.patternVotes) throw tooManyPatterns(this.size);
    return numbers;
  }

  /** All patterns in their order, `size * lfCount` votes. */
  list(): Int8Array {
    const votes = new Int8Array(this.size * this.lfCount);
    for (const [number, pattern] of this.#patterns.entries()) votes.set(pattern, number * this.lfCount);
    return votes;
  }
}
