import { FlamencoError } from "../errors/index.js";
import { pairNumber, type VoteTable } from "../wire/index.js";
import type { KeyedHash } from "./keyed-hash.js";

/** Domain of the hash that chooses votes. */
const CHOICE_TAG = 64;

export interface VoteCounterOptions {
  readonly lfs: readonly string[];
  readonly labels: readonly string[];
  /** K, as the rows were capped. */
  readonly rowsPerUnit: number;
  /** c. */
  readonly votesPerRow: number;
  readonly hash: KeyedHash;
}

/**
 * Counts rows into a vote table, a chunk at a time; counters of chunks merge. Of a row with more than c votes the keyed hash
 * of its number chooses c. What one row adds depends on that row alone: Δ₂² is `squaredSensitivityOfVotes`.
 */
export class VoteCounter {
  readonly #options: VoteCounterOptions;
  readonly #singles: Float64Array;
  readonly #chosen: Float64Array;
  /** `[(i * k + a) * m k + j * k + b]`, i < j. */
  readonly #pairs: Float64Array;
  readonly #voting: Int32Array;
  #rows = 0;

  constructor(options: VoteCounterOptions) {
    this.#options = options;
    const size = options.lfs.length * options.labels.length;
    this.#singles = new Float64Array(size);
    this.#chosen = new Float64Array(size);
    this.#pairs = new Float64Array(size * size);
    this.#voting = new Int32Array(options.lfs.length);
  }

  /**
   * Count one row.
   * @param votes label index 0..k-1 or -1 of each LF, from `offset` on
   * @param row its number in the dataset version
   */
  add(votes: Int8Array, offset: number, row: number): void {
    const { lfs, labels, votesPerRow } = this.#options;
    const k = labels.length;
    const size = lfs.length * k;
    const voting = this.#voting;
    let count = 0;
    for (let lf = 0; lf < lfs.length; lf++) {
      const vote = votes[offset + lf]!;
      if (vote < 0) continue;
      voting[count++] = lf * k + vote;
      this.#singles[lf * k + vote]! += 1;
    }
    this.#rows++;
    const chosen = Math.min(count, votesPerRow);
    if (count > chosen) this.#choose(count, chosen, row);
    for (let a = 0; a < chosen; a++) {
      const first = voting[a]!;
      this.#chosen[first]! += 1;
      for (let b = 0; b < a; b++) {
        const second = voting[b]!;
        this.#pairs[Math.min(first, second) * size + Math.max(first, second)]! += 1;
      }
    }
  }

  /** Add what the counter of another chunk, with the same options, counted. */
  merge(other: VoteCounter): void {
    this.#rows += other.#rows;
    for (const [mine, theirs] of [
      [this.#singles, other.#singles],
      [this.#chosen, other.#chosen],
      [this.#pairs, other.#pairs],
    ] as const) {
      if (mine.length !== theirs.length) {
        throw new FlamencoError("FLM_INTERNAL", "Only votes of the same labeling functions and labels add up.");
      }
      for (let index = 0; index < mine.length; index++) mine[index]! += theirs[index]!;
    }
  }

  finish(): VoteTable {
    const { lfs, labels, rowsPerUnit, votesPerRow } = this.#options;
    const [m, k] = [lfs.length, labels.length];
    const byLf = (cells: Float64Array) => lfs.map((_, lf) => [...cells.subarray(lf * k, (lf + 1) * k)]);
    const pairs = new Array<number[]>((m * (m - 1)) / 2);
    for (let first = 0; first < m; first++) {
      for (let second = first + 1; second < m; second++) {
        const cells: number[] = [];
        for (let a = 0; a < k; a++) {
          for (let b = 0; b < k; b++) cells.push(this.#pairs[(first * k + a) * m * k + second * k + b]!);
        }
        pairs[pairNumber(first, second, m)] = cells;
      }
    }
    return {
      schema: "flamenco-vote-table/1",
      lfs: [...lfs],
      labels: [...labels],
      rowsPerUnit,
      votesPerRow,
      rows: this.#rows,
      singles: byLf(this.#singles),
      chosen: byLf(this.#chosen),
      pairs,
    };
  }

  /** Bring `chosen` of the first `count` votes to the front: Fisher-Yates, its numbers from the keyed hash of the row. */
  #choose(count: number, chosen: number, row: number): void {
    const voting = this.#voting;
    let state = this.#options.hash.hash(row, CHOICE_TAG);
    for (let place = 0; place < chosen; place++) {
      state = (state + GOLDEN_RATIO) | 0;
      const other = place + (scramble(state) % (count - place));
      const vote = voting[place]!;
      voting[place] = voting[other]!;
      voting[other] = vote;
    }
  }
}

/** 2^32 over the golden ratio: steps of it are spread evenly (SplitMix). */
const GOLDEN_RATIO = 0x9e3779b9;

/** The finalizer of MurmurHash3: every bit in moves half of the bits out. */
function scramble(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
