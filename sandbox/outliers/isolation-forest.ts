import type { WorkPause } from "../learning/index.js";
import type { SeededRandom } from "../preprocess/index.js";
import type { Points } from "./ellipse.js";

const EULER_GAMMA = 0.5772156649015329;

export interface IsolationOptions {
  readonly trees: number;
  /** Rows that each tree isolates. */
  readonly treeRows: number;
}

/**
 * Anomaly score of every row by Isolation Forest (Liu, Ting & Zhou 2008): random splits isolate what lies apart in few steps. From 0
 * to 1; about 0.5 for rows like all others.
 * @throws FLM_INTERRUPTED
 */
export async function measureIsolation(
  points: Points,
  { trees, treeRows }: IsolationOptions,
  random: SeededRandom,
  pause: WorkPause,
): Promise<Float64Array> {
  const count = points.values.length / points.width;
  const sampled = Math.min(treeRows, count);
  const depths = new Float64Array(count);
  const pool = Int32Array.from({ length: count }, (_, row) => row);
  for (let tree = 0; tree < trees; tree++) {
    const root = new IsolationTree(points, drawRows(pool, sampled, random), random);
    for (let row = 0; row < count; row++) depths[row]! += root.depthOf(row) / trees;
    await pause.after((tree + 1) / trees);
  }
  const usual = Math.max(usualDepth(sampled), Number.MIN_VALUE);
  return depths.map((depth) => 2 ** -(depth / usual));
}

/** Mean depth of an unsuccessful search in a binary tree of so many rows (equation 1). */
function usualDepth(rows: number): number {
  if (rows <= 1) return 0;
  if (rows === 2) return 1;
  return 2 * (Math.log(rows - 1) + EULER_GAMMA) - (2 * (rows - 1)) / rows;
}

/** Without repetition: the front of a shuffle that ends there. */
function drawRows(pool: Int32Array, size: number, random: SeededRandom): Int32Array {
  for (let place = 0; place < size; place++) {
    const other = place + random.nextBelow(pool.length - place);
    const row = pool[place]!;
    pool[place] = pool[other]!;
    pool[other] = row;
  }
  return pool.slice(0, size);
}

class IsolationTree {
  readonly #points: Points;
  readonly #random: SeededRandom;
  readonly #feature: number[] = [];
  readonly #value: number[] = [];
  readonly #right: number[] = [];
  /** Of leaves: depth, and what the rows that are left there would add to it. */
  readonly #depth: number[] = [];

  constructor(points: Points, rows: Int32Array, random: SeededRandom) {
    this.#points = points;
    this.#random = random;
    this.#grow(rows, 0, Math.ceil(Math.log2(Math.max(2, rows.length))));
  }

  depthOf(row: number): number {
    const { width, values } = this.#points;
    let node = 0;
    for (let feature = this.#feature[0]!; feature >= 0; feature = this.#feature[node]!) {
      node = values[row * width + feature]! < this.#value[node]! ? node + 1 : this.#right[node]!;
    }
    return this.#depth[node]!;
  }

  /** The left side stands right behind its node. */
  #grow(rows: Int32Array, depth: number, deepest: number): void {
    const node = this.#feature.length;
    const split = depth < deepest && rows.length > 1 ? this.#drawSplit(rows) : null;
    this.#feature.push(split?.feature ?? -1);
    this.#value.push(split?.value ?? 0);
    this.#right.push(-1);
    this.#depth.push(depth + usualDepth(rows.length));
    if (split === null) return;
    const { width, values } = this.#points;
    const isLeft = (row: number): boolean => values[row * width + split.feature]! < split.value;
    this.#grow(rows.filter(isLeft), depth + 1, deepest);
    this.#right[node] = this.#feature.length;
    this.#grow(
      rows.filter((row) => !isLeft(row)),
      depth + 1,
      deepest,
    );
  }

  /** A random feature that varies among the rows, and a random value between its ends; null where none varies. */
  #drawSplit(rows: Int32Array): { readonly feature: number; readonly value: number } | null {
    const { width, values } = this.#points;
    const order = Int32Array.from({ length: width }, (_, feature) => feature);
    for (let tried = 0; tried < width; tried++) {
      const chosen = tried + this.#random.nextBelow(width - tried);
      const feature = order[chosen]!;
      order[chosen] = order[tried]!;
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const row of rows) {
        low = Math.min(low, values[row * width + feature]!);
        high = Math.max(high, values[row * width + feature]!);
      }
      if (low >= high) continue;
      // Above the least value even where rounding takes it there, so that neither side is empty.
      const value = low + (high - low) * (1 - this.#random.nextFloat());
      return { feature, value: value > low ? value : high };
    }
    return null;
  }
}
