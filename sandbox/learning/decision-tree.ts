import type { SeededRandom } from "../preprocess/index.js";
import type { BinnedTable } from "./feature-table.js";
import { type LabelWeights, totalWeights } from "./label-weights.js";
import { learningLimits } from "./limits.js";
import { type BinSplit, SplitSearch } from "./split-search.js";

export interface TreeOptions {
  /** Levels below the root; at most 64. */
  readonly depth: number;
  /** Rows that each side of a split must keep. */
  readonly leafRows: number;
  /** Features tried at each split, chosen at random; all when absent. */
  readonly featuresPerSplit?: number;
  readonly random: SeededRandom;
}

/** A fitted tree as flat arrays, one entry a node; node 0 is the root. */
export interface FittedTree {
  readonly labelCount: number;
  /** Index of the feature that is tested; -1 at leaves. */
  readonly feature: Int32Array;
  /** Rows whose bin is at most this go left. */
  readonly bin: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** `shares[node * labelCount + label]`: mix of labels, by weight, of the training rows that came to the node. */
  readonly shares: Float64Array;
}

/** Smallest gain in Gini impurity, as a share of the node's weight, that a split must bring: below it is rounding. */
const LEAST_GAIN = 1e-12;

/**
 * A classification tree (CART, Breiman et al. 1984) on binned features: each split lowers the Gini impurity most. Labels may
 * be soft and rows weighted. Missing values go left with the smallest.
 * @param rows training rows, repetitions allowed; put into another order.
 */
export function fitTree(table: BinnedTable, labels: LabelWeights, rows: Int32Array, options: TreeOptions): FittedTree {
  return new TreeGrower(table, labels, options).grow(rows);
}

/** The leaf that a row comes to. @param cells bins by feature; @param row index into each. */
export function findLeaf({ feature, bin, left, right }: FittedTree, cells: readonly Uint8Array[], row: number): number {
  let node = 0;
  for (let tested = feature[0]!; tested >= 0; tested = feature[node]!) {
    node = cells[tested]![row]! <= bin[node]! ? left[node]! : right[node]!;
  }
  return node;
}

class TreeGrower {
  readonly #table: BinnedTable;
  readonly #labels: LabelWeights;
  readonly #options: TreeOptions;
  readonly #search: SplitSearch;
  readonly #order: Int32Array;
  readonly #feature: number[] = [];
  readonly #bin: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #shares: number[] = [];

  constructor(table: BinnedTable, labels: LabelWeights, options: TreeOptions) {
    this.#table = table;
    this.#labels = labels;
    this.#options = options;
    this.#search = new SplitSearch(table, labels, options.leafRows);
    this.#order = Int32Array.from(table.features.keys());
  }

  grow(rows: Int32Array): FittedTree {
    this.#node(rows, 0);
    return {
      labelCount: this.#labels.labelCount,
      feature: Int32Array.from(this.#feature),
      bin: Uint8Array.from(this.#bin),
      left: Int32Array.from(this.#left),
      right: Int32Array.from(this.#right),
      shares: Float64Array.from(this.#shares),
    };
  }

  #node(rows: Int32Array, depth: number): number {
    const node = this.#feature.length;
    const totals = totalWeights(this.#labels, rows);
    const weight = totals.reduce((sum, total) => sum + total, 0);
    this.#feature.push(-1);
    this.#bin.push(0);
    this.#left.push(-1);
    this.#right.push(-1);
    for (const total of totals) this.#shares.push(weight > 0 ? total / weight : 1 / totals.length);
    const split =
      depth < Math.min(this.#options.depth, learningLimits.treeDepth) ? this.#split(rows, totals, weight) : null;
    if (split === null) return node;
    const middle = partition(rows, this.#table.cells[split.feature]!, split.bin);
    this.#feature[node] = split.feature;
    this.#bin[node] = split.bin;
    this.#left[node] = this.#node(rows.subarray(0, middle), depth + 1);
    this.#right[node] = this.#node(rows.subarray(middle), depth + 1);
    return node;
  }

  /** The split of most gain among some features; a feature that is constant here does not count as tried. */
  #split(rows: Int32Array, totals: Float64Array, weight: number): (BinSplit & { readonly feature: number }) | null {
    const { featuresPerSplit = this.#order.length, leafRows, random } = this.#options;
    let purity = totals.reduce((sum, total) => sum + total * total, 0) / weight + LEAST_GAIN * weight;
    // No split makes a node purer whose rows all have one label.
    if (rows.length < 2 * leafRows || !(purity < weight)) return null;
    this.#search.enter(rows, totals, weight);
    let best: (BinSplit & { readonly feature: number }) | null = null;
    for (let next = 0, tried = 0; next < this.#order.length && tried < featuresPerSplit; next++) {
      const chosen = next + random.nextBelow(this.#order.length - next);
      const feature = this.#order[chosen]!;
      this.#order[chosen] = this.#order[next]!;
      this.#order[next] = feature;
      const found = this.#search.find(feature);
      if (found === null) continue;
      tried += 1;
      if (found.purity <= purity) continue;
      purity = found.purity;
      best = { ...found, feature };
    }
    return best;
  }
}

/** Rows of the left side to the front, in place. @returns how many they are. */
function partition(rows: Int32Array, cells: Uint8Array, bin: number): number {
  let front = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    if (cells[row]! > bin) continue;
    rows[index] = rows[front]!;
    rows[front] = row;
    front += 1;
  }
  return front;
}
