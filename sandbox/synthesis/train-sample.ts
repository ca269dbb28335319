import { SeededRandom } from "../preprocess/index.js";
import { type FeatureRows, pickRows } from "./feature-rows.js";
import { synthesisLimits } from "./limits.js";
import type { SynthesisTable } from "./synthesis-table.js";

/** Training rows that a search looks at, and their numbers among all training rows. */
export interface TrainSample {
  readonly rows: FeatureRows;
  readonly picked: Int32Array;
}

/** All training rows, or a seeded sample where rows times feature subsets exceed the ceiling of a round. */
export function sampleTrain({ train, validation }: SynthesisTable, subsets: number, seed: number): TrainSample {
  const room = Math.floor(synthesisLimits.roundCells / subsets) - validation.truth.length;
  const size = Math.max(synthesisLimits.sampledRows, room);
  const all = Int32Array.from(train.truth.keys());
  if (all.length <= size) return { rows: train, picked: all };
  new SeededRandom(seed).shuffle(all);
  const picked = all.slice(0, size).sort();
  return { rows: pickRows(train, picked), picked };
}
