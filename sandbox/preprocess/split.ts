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
  const random = new SeededRandom(seed);
  const parts = new Uint8Array(rows);
  for (const order of groupRows(rows, truth)) {
    random.shuffle(order);
    const [train, validation] = shareOut(order.length, splitPresets[preset]);
    for (let position = train; position < order.length; position++) {
      parts[order[position]!] = position < train + validation ? 1 : 2;
    }
  }
  return parts;
}

/** Values of an 8-bit truth. */
const STRATA = 256;
const LOWEST = -128;

/** Rows of each stratum that occurs, by rising truth (-1, the unknown, first) and row. */
function groupRows(rows: number, truth: Int8Array | undefined): Int32Array[] {
  const sizes = new Int32Array(STRATA);
  for (let row = 0; row < rows; row++) sizes[(truth === undefined ? -1 : truth[row]!) - LOWEST]! += 1;
  const groups = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(STRATA);
  for (let row = 0; row < rows; row++) {
    const stratum = (truth === undefined ? -1 : truth[row]!) - LOWEST;
    groups[stratum]![filled[stratum]!++] = row;
  }
  return groups.filter(({ length }) => length > 0);
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
  const mask = new Uint8Array(parts.length);
  for (let row = 0; row < parts.length; row++) mask[row] = parts[row] === wanted ? 1 : 0;
  return mask;
}
