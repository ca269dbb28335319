import { quantileOf, SeededRandom } from "../preprocess/index.js";
import type { RowScore, ScoredRows } from "./row-scores.js";
import type { Interval } from "./study-report.js";

/** Scores with intervals of the percentile bootstrap over units (Efron & Tibshirani 1993, chapter 13), all from the same draws. */
export class Bootstrap {
  readonly rows: ScoredRows;
  readonly #draws: readonly Float64Array[];
  readonly #once: Float64Array;

  /** @param resamples 0: no intervals */
  constructor(rows: ScoredRows, { seed, resamples }: { seed: number; resamples: number }) {
    this.rows = rows;
    this.#once = new Float64Array(rows.truth.length).fill(1);
    const random = new SeededRandom(seed);
    // One unit says nothing of how units differ.
    this.#draws = Array.from({ length: rows.units < 2 ? 0 : resamples }, () => {
      const times = new Float64Array(rows.units);
      for (let draw = 0; draw < rows.units; draw++) times[random.nextBelow(rows.units)]! += 1;
      return Float64Array.from(rows.unitOfRow, (unit) => times[unit]!);
    });
  }

  score(predicted: Int8Array, score: RowScore): Interval {
    return this.#estimate((weights) => score(predicted, this.rows, weights));
  }

  /** Score of one less that of the other, on the same draws. */
  compare(one: Int8Array, other: Int8Array, score: RowScore): Interval {
    return this.#estimate((weights) => score(one, this.rows, weights) - score(other, this.rows, weights));
  }

  #estimate(statistic: (weights: Float64Array) => number): Interval {
    const value = statistic(this.#once);
    if (Number.isNaN(value)) return { value: null, interval: null };
    const drawn = this.#draws.map(statistic).filter((one) => !Number.isNaN(one));
    if (2 * drawn.length < this.#draws.length || drawn.length === 0) return { value, interval: null };
    const sorted = Float64Array.from(drawn).sort();
    return { value, interval: [quantileOf(sorted, 0.025), quantileOf(sorted, 0.975)] };
  }
}
