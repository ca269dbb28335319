import type { KeyedHash } from "@flamenco/policies/release";
import type { PredictionCounts } from "@flamenco/policies/wire";
import { predictChain } from "../../explain/index.js";
import { type FittedLabelModel, predictPatterns } from "../../labeling/index.js";
import type { CastVotes } from "./chunk-voter.js";
import { partOf } from "./contributing-rows.js";

/** Exact counts of what a label model and a chain of LFs predict for the rows that count, chunk by chunk. */
export class PredictionCounter {
  readonly #model: FittedLabelModel;
  readonly #order: readonly number[];
  readonly #hash: KeyedHash;
  readonly #counts: PredictionCounts;

  /** @param order LFs of the chain, first to hang first */
  constructor(model: FittedLabelModel, order: readonly number[], hash: KeyedHash) {
    const { lfCount: m, labelCount: k } = model;
    this.#model = model;
    this.#order = order;
    this.#hash = hash;
    this.#counts = {
      schema: "flamenco-prediction-counts/1",
      confusion: new Array(k * (k + 1) ** 2).fill(0),
      leaves: new Array(m * k + 1).fill(0),
    };
  }

  /** @param choice the numbers of all rows of the version (`chooseContributions`) */
  add({ chunk, data, histogram, patternOfRow }: CastVotes, choice: Float64Array): void {
    const { confusion, leaves } = this.#counts;
    const { lfCount: m, labelCount: k, patterns } = histogram;
    const byModel = predictPatterns(this.#model, histogram);
    const byChain = predictChain(this.#order, histogram);
    for (let row = 0; row < chunk.rows; row++) {
      const number = choice[chunk.first + row]!;
      if (number === 0) continue;
      const pattern = patternOfRow[row]!;
      const first = this.#order.find((lf) => patterns[pattern * m + lf]! >= 0);
      leaves[first === undefined ? m * k : first * k + byChain[pattern]!]!++;
      const truth = data.truth[row]!;
      if (truth < 0 || partOf(number, this.#hash) !== "test") continue;
      const [predicted, chained] = [byModel[pattern]!, byChain[pattern]!].map((label) => (label < 0 ? k : label));
      confusion[(truth * (k + 1) + predicted!) * (k + 1) + chained!]!++;
    }
  }

  finish(): PredictionCounts {
    return this.#counts;
  }
}
