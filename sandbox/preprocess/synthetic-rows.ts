import { FlamencoError } from "@flamenco/policies/errors";
import { preprocessLimits } from "./limits.js";
import { momentsOf } from "./quantiles.js";
import type { SeededRandom } from "./seeded-random.js";

/** Rows that nobody measured. Whoever keeps them flags them, and never validates or tests on them. */
export interface SyntheticRows {
  readonly count: number;
  /** The measured row that each one is modeled on; cells of columns that are not drawn are copied from it. */
  readonly sources: Int32Array;
  /** Drawn values, one a synthetic row. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** Lower and upper bound of a column's random values. */
export type Bounds = readonly [low: number, high: number];

/** How many rows the class lacks of the largest one (§3.4.1: "to balance the two classes"). Rows of unknown label (-1) count nowhere. */
export function countMissingRows(truth: ArrayLike<number>, label: number, rows: Int32Array): number {
  const sizes = new Map<number, number>();
  for (const row of rows) if (truth[row]! >= 0) sizes.set(truth[row]!, (sizes.get(truth[row]!) ?? 0) + 1);
  return Math.max(0, ...sizes.values()) - (sizes.get(label) ?? 0);
}

/**
 * Synthetic data creation (§3.3.1): values uniform between the given bounds; other cells come from a random row of the class.
 * @param rows of the class, training rows alone
 * @throws FLM_TOO_FEW_VALUES without a row, FLM_TOO_LARGE above the ceiling, FLM_USAGE for a lower bound above the upper one
 */
export function drawUniformRows(
  rows: Int32Array,
  bounds: ReadonlyMap<string, Bounds>,
  count: number,
  random: SeededRandom,
): SyntheticRows {
  checkRequest(rows, count);
  const columns = new Map<string, Float64Array>();
  for (const [name, [low, high]] of bounds) {
    if (!(low <= high && Number.isFinite(high - low))) {
      throw new FlamencoError("FLM_USAGE", `The bounds of a synthetic column are two numbers, the lower one first.`);
    }
    columns.set(name, new Float64Array(count));
  }
  const sources = new Int32Array(count);
  for (let made = 0; made < count; made++) {
    sources[made] = rows[random.nextBelow(rows.length)]!;
    for (const [name, [low, high]] of bounds) columns.get(name)![made] = low + (high - low) * random.nextFloat();
  }
  return { count, sources, columns };
}

/**
 * Synthetic rows between a row of the class and one of its nearest neighbors in the class (SMOTE, Chawla et al. 2002), in steps
 * of standard deviations of each column. Of a class above the ceiling a random part is used. A value that one of the two rows
 * lacks is missing.
 * @param columns that are interpolated; other cells come from the row
 * @throws FLM_TOO_FEW_VALUES for fewer than two rows, FLM_TOO_LARGE above the ceiling
 */
export function interpolateRows(
  rows: Int32Array,
  columns: ReadonlyMap<string, Float64Array>,
  { count, neighbors, random }: { readonly count: number; readonly neighbors: number; readonly random: SeededRandom },
): SyntheticRows {
  checkRequest(rows, count);
  if (rows.length < 2) throw new FlamencoError("FLM_TOO_FEW_VALUES", "Interpolation needs two rows of the class.");
  const pool = rows.slice();
  random.shuffle(pool);
  const used = pool.subarray(0, preprocessLimits.neighborRows);
  const scaled = [...columns.values()].map((values) => scaleColumn(values, used));
  const nearest = new Map<number, Int32Array>();
  const sources = new Int32Array(count);
  const drawn = new Map([...columns.keys()].map((name) => [name, new Float64Array(count)]));
  for (let made = 0; made < count; made++) {
    // Each row in turn, as SMOTE does: nobody is drawn twice before everybody was once.
    const origin = made % used.length;
    let near = nearest.get(origin);
    if (near === undefined) {
      near = findNeighbors(scaled, origin, Math.min(neighbors, used.length - 1));
      nearest.set(origin, near);
    }
    const other = used[near[random.nextBelow(near.length)]!]!;
    const [row, share] = [used[origin]!, random.nextFloat()];
    sources[made] = row;
    for (const [name, values] of columns) {
      drawn.get(name)![made] = values[row]! + share * (values[other]! - values[row]!);
    }
  }
  return { count, sources, columns: drawn };
}

function checkRequest(rows: Int32Array, count: number): void {
  if (rows.length === 0) throw new FlamencoError("FLM_TOO_FEW_VALUES", "The class has no row to model others on.");
  if (count > preprocessLimits.syntheticRows) {
    throw new FlamencoError("FLM_TOO_LARGE", `At most ${preprocessLimits.syntheticRows} synthetic rows are made.`);
  }
}

/** Values of the rows in standard deviations; a missing one lies at the mean, so that it neither draws near nor apart. */
function scaleColumn(values: Float64Array, rows: Int32Array): Float64Array {
  const own = Float64Array.from(rows, (row) => values[row]!);
  const { mean, sd } = momentsOf(own.filter(Number.isFinite));
  return own.map((value) => (Number.isFinite(value) && sd > 0 ? (value - mean) / sd : 0));
}

/** The nearest others by Euclidean distance, nearest first. */
function findNeighbors(columns: readonly Float64Array[], origin: number, count: number): Int32Array {
  const near = new Int32Array(count);
  const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const rows = columns[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    if (row === origin) continue;
    let distance = 0;
    for (const values of columns) distance += (values[row]! - values[origin]!) ** 2;
    let place = count;
    while (place > 0 && distance < distances[place - 1]!) place--;
    if (place === count) continue;
    near.copyWithin(place + 1, place, count - 1);
    distances.copyWithin(place + 1, place, count - 1);
    near[place] = row;
    distances[place] = distance;
  }
  return near;
}
