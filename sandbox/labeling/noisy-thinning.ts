/**
 * What the cap on votes of a row takes away: a row with v votes keeps min(1, c/v) of its single votes and
 * min(1, c(c-1)/(v(v-1))) of its pairs, whichever the keyed hash chooses. How many votes rows have follows from the coverages,
 * LFs being taken for independent.
 */
export class VoteThinning {
  readonly #coverages: readonly number[];
  readonly #votesPerRow: number;
  /** P(v other LFs vote), all LFs taken together. */
  readonly #distribution: Float64Array;

  /** @param coverages share of rows on which each LF votes, 0..1 */
  constructor(coverages: readonly number[], votesPerRow: number) {
    this.#coverages = coverages;
    this.#votesPerRow = votesPerRow;
    this.#distribution = coverages.reduce(addVoter, Float64Array.of(1));
  }

  /** Expected share of the votes of an LF that are chosen. */
  shareOfVotes(lf: number): number {
    const c = this.#votesPerRow;
    return removeVoter(this.#distribution, this.#coverages[lf]!).reduce(
      (sum, share, others) => sum + share * Math.min(1, c / (others + 1)),
      0,
    );
  }

  /** Expected share of the rows on which two LFs vote that have both among their chosen votes. */
  shareOfPairs(first: number, second: number): number {
    const c = this.#votesPerRow;
    const others = removeVoter(removeVoter(this.#distribution, this.#coverages[first]!), this.#coverages[second]!);
    return others.reduce((sum, share, count) => {
      const votes = count + 2;
      return sum + share * Math.min(1, (c * (c - 1)) / (votes * (votes - 1)));
    }, 0);
  }
}

function addVoter(distribution: Float64Array, share: number): Float64Array {
  const next = new Float64Array(distribution.length + 1);
  for (const [votes, probability] of distribution.entries()) {
    next[votes]! += probability * (1 - share);
    next[votes + 1]! += probability * share;
  }
  return next;
}

/** Undo `addVoter`, from the end at which rounding errors shrink. */
function removeVoter(distribution: Float64Array, share: number): Float64Array {
  const length = distribution.length - 1;
  const rest = new Float64Array(length);
  if (share <= 0.5) {
    for (let votes = 0; votes < length; votes++) {
      rest[votes] = (distribution[votes]! - share * (rest[votes - 1] ?? 0)) / (1 - share);
    }
  } else {
    for (let votes = length - 1; votes >= 0; votes--) {
      rest[votes] = (distribution[votes + 1]! - (1 - share) * (rest[votes + 1] ?? 0)) / share;
    }
  }
  return rest;
}
