import { FlamencoError } from "@flamenco/policies/errors";
import { SeededRandom } from "./seeded-random.js";

/** Parts of a split, in the order of their numbers: 0 train, 1 validation, 2 test. */
const splitNames = ["train", "validation", "test"] as const;
export type SplitName = (typeof splitNames)[number];

/** Shares of train, validation and test in percent. `flow`: 20 % test, then 20 % of the rest; `ark`, `atlas`: the paper's RTT studies. */
export const splitPresets = Object.freeze({
  flow: Object.freeze([64, 16, 20] as const),
  ark: Object.freeze([65, 25, 10] as const),
  atlas: Object.freeze([55, 20, 25] as const),
});
export type SplitPreset = keyof typeof splitPresets;

export interface SplitInput {
  readonly rows: number;
  /** Label index of each row, -1 unknown. Absent: nothing is known. */
  readonly truth?: Int8Array;
  readonly seed: number;
  readonly preset: SplitPreset;
}

/**
 * Part of each row: 0 train, 1 validation, 2 test. Stratified by ground truth, the unknown being a stratum of its own, so
 * every part has the same mix; within a stratum the parts differ from their share by less than one row. The same input
 * gives the same split on every machine.
 * @throws FLM_INTERNAL when `truth` is shorter than `rows`.
 */
export function splitRows({ rows, truth, seed, preset }: SplitInput): Uint8Array {
  if (truth !== undefined && truth.length < rows) {
    throw new FlamencoError("FLM_INTERNAL", "Every row needs a truth value, -1 where it is unknown.");
  }
  const stratumOf = (row: number) => truth?.[row] ?? -1;
  const sizes = new Map<number, number>();
  for (let row = 0; row < rows; row++) sizes.set(stratumOf(row), (sizes.get(stratumOf(row)) ?? 0) + 1);
  const random = new SeededRandom(seed);
  const parts = new Uint8Array(rows);
  for (const stratum of [...sizes.keys()].sort((a, b) => a - b)) {
    const order = new Int32Array(sizes.get(stratum)!);
    let size = 0;
    for (let row = 0; row < rows; row++) if (stratumOf(row) === stratum) order[size++] = row;
    random.shuffle(order);
    const [train, validation] = shareOut(size, splitPresets[preset]);
    for (let position = train; position < size; position++) {
      parts[order[position]!] = position < train + validation ? 1 : 2;
    }
  }
  return parts;
}

/** Largest remainders: whole rows nearest to the shares; a tie favors the earlier part. */
function shareOut(rows: number, percent: readonly [number, number, number]): [number, number, number] {
  const whole = percent.map((share) => Math.floor((rows * share) / 100)) as [number, number, number];
  const byRemainder = [0, 1, 2].sort((a, b) => ((rows * percent[b]!) % 100) - ((rows * percent[a]!) % 100) || a - b);
  const missing = rows - whole[0] - whole[1] - whole[2];
  for (const part of byRemainder.slice(0, missing)) whole[part]! += 1;
  return whole;
}

/** Row mask of one part of a split: 1 where the row belongs to it. */
export function selectSplit(parts: Uint8Array, name: SplitName): Uint8Array {
  const wanted = splitNames.indexOf(name);
  return parts.map((part) => (part === wanted ? 1 : 0));
}
