import { FlamencoError } from "@flamenco/policies/errors";
import { SeededRandom } from "./seeded-random.js";

/** Parts of a split, in the order of their numbers: 0 train, 1 validation, 2 test. */
export const splitNames = ["train", "validation", "test"] as const;
export type SplitName = (typeof splitNames)[number];

/**
 * Shares of train, validation and test in percent: `ark` of §4.1 (and §3.4.1), `atlas` of §4.2, `flow` of §3.4.2, which takes 20 % for
 * testing and then 20 % of the rest for validation.
 */
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
  /** Non-zero where a row is synthetic: it belongs to training, and counts in no share. */
  readonly synthetic?: Uint8Array;
  /** Segment of each row, split by itself (§4.2: each pair and subset is). Absent: all are one. */
  readonly segments?: Int32Array;
}

/**
 * Part of each row: 0 train, 1 validation, 2 test. Stratified by ground truth, the unknown being a stratum of its own, so
 * every part has the same mix; within a stratum (and segment) the parts differ from their share by less than one row. The same input
 * gives the same split on every machine.
 * @throws FLM_INTERNAL when `truth` is shorter than `rows`.
 */
export function splitRows({ rows, seed, preset, ...grouping }: SplitInput): Uint8Array {
  const { truth } = grouping;
  if (truth !== undefined && truth.length < rows) {
    throw new FlamencoError("FLM_INTERNAL", "Every row needs a truth value, -1 where it is unknown.");
  }
  const random = new SeededRandom(seed);
  const parts = new Uint8Array(rows);
  for (const order of listStrata(rows, grouping)) {
    random.shuffle(order);
    assignParts(parts, order, preset);
  }
  return parts;
}

export interface TimeSplitInput {
  /** Milliseconds of each row. */
  readonly timesMs: Float64Array;
  readonly preset: SplitPreset;
  readonly synthetic?: Uint8Array;
  readonly segments?: Int32Array;
}

/**
 * Part of each row by time: the earliest rows are training, the latest test, so that nothing is learned from the future. Rows
 * of equal time stay in their order. Synthetic rows belong to training.
 * @throws FLM_TOO_FEW_VALUES when a measured row has no time
 */
export function splitByTime({ timesMs, preset, ...grouping }: TimeSplitInput): Uint8Array {
  const parts = new Uint8Array(timesMs.length);
  for (const order of listStrata(timesMs.length, grouping)) {
    if (order.some((row) => Number.isNaN(timesMs[row]!))) {
      throw new FlamencoError("FLM_TOO_FEW_VALUES", "A split by time needs the time of every row.");
    }
    assignParts(
      parts,
      order.sort((a, b) => timesMs[a]! - timesMs[b]! || a - b),
      preset,
    );
  }
  return parts;
}

/** Shares of a group of rows in their order: the first are training, the last test. */
function assignParts(parts: Uint8Array, order: Int32Array, preset: SplitPreset): void {
  const [train, validation] = shareOut(order.length, splitPresets[preset]);
  for (let position = train; position < order.length; position++) {
    parts[order[position]!] = position < train + validation ? 1 : 2;
  }
}

interface Grouping {
  readonly truth?: Int8Array;
  readonly segments?: Int32Array;
  readonly synthetic?: Uint8Array;
}

/** Measured rows of each stratum that occurs, by rising truth (-1, the unknown, first) and row; then by segment where there are any. */
function listStrata(rows: number, { truth, segments, synthetic }: Grouping): Int32Array[] {
  const all = new Int32Array(rows);
  for (let row = 0; row < rows; row++) all[row] = row;
  const measured = synthetic === undefined ? all : all.filter((row) => synthetic[row] === 0);
  return [measured]
    .filter(({ length }) => length > 0)
    .flatMap((group) => divideGroup(group, truth))
    .flatMap((group) => divideGroup(group, segments));
}

/** Rows of a group by rising code, -1 the first, in their order; all together where there are no codes. */
function divideGroup(group: Int32Array, codes: Int8Array | Int32Array | undefined): Int32Array[] {
  if (codes === undefined) return [group];
  const highest = group.reduce((most, row) => Math.max(most, codes[row]!), -1);
  const sizes = new Int32Array(highest + 2);
  for (const row of group) sizes[codes[row]! + 1]! += 1;
  const parts = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(sizes.length);
  for (const row of group) {
    const place = codes[row]! + 1;
    parts[place]![filled[place]!++] = row;
  }
  return parts.filter(({ length }) => length > 0);
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
