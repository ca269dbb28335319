import type { SeededRandom } from "../preprocess/index.js";
import type { BinnedTable } from "./feature-table.js";
import { learningLimits } from "./limits.js";

/** What is known of each row's label: `weights[row * labelCount + label]`, summing to 1 a row; a hard label is a 1. */
export interface LabelWeights {
  readonly labelCount: number;
  readonly weights: Float64Array;
}

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
  /** `shares[node * labelCount + label]`: mix of labels of the training rows that came to the node. */
  readonly shares: Float64Array;
}

interface Split {
  readonly feature: number;
  readonly bin: number;
}

/** Smallest gain in Gini impurity, in rows, that a split must bring: below it is rounding. */
const LEAST_GAIN = 1e-9;

/**
 * A classification tree (CART, Breiman et al. 1984) on binned features: each split lowers the Gini impurity most. Labels may
 * be soft. Missing values go left with the smallest.
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
  readonly #histogram: Float64Array;
  readonly #counts: Int32Array;
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
    this.#histogram = new Float64Array(learningLimits.bins * labels.labelCount);
    this.#counts = new Int32Array(learningLimits.bins);
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
    const totals = this.#count(rows);
    this.#feature.push(-1);
    this.#bin.push(0);
    this.#left.push(-1);
    this.#right.push(-1);
    for (const total of totals) this.#shares.push(rows.length === 0 ? 1 / totals.length : total / rows.length);
    const split = depth < Math.min(this.#options.depth, learningLimits.treeDepth) ? this.#split(rows, totals) : null;
    if (split === null) return node;
    const middle = partition(rows, this.#table.cells[split.feature]!, split.bin);
    this.#feature[node] = split.feature;
    this.#bin[node] = split.bin;
    this.#left[node] = this.#node(rows.subarray(0, middle), depth + 1);
    this.#right[node] = this.#node(rows.subarray(middle), depth + 1);
    return node;
  }

  #count(rows: Int32Array): Float64Array {
    const { labelCount, weights } = this.#labels;
    const totals = new Float64Array(labelCount);
    for (const row of rows) {
      for (let label = 0; label < labelCount; label++) totals[label]! += weights[row * labelCount + label]!;
    }
    return totals;
  }

  /** The split of most gain among some features; a feature that is constant here does not count as tried. */
  #split(rows: Int32Array, totals: Float64Array): Split | null {
    const { featuresPerSplit = this.#order.length, leafRows, random } = this.#options;
    if (rows.length < 2 * leafRows) return null;
    let best: Split | null = null;
    let purity = totals.reduce((sum, total) => sum + total * total, 0) / rows.length + LEAST_GAIN;
    for (let next = 0, tried = 0; next < this.#order.length && tried < featuresPerSplit; next++) {
      const chosen = next + random.nextBelow(this.#order.length - next);
      const feature = this.#order[chosen]!;
      this.#order[chosen] = this.#order[next]!;
      this.#order[next] = feature;
      const found = this.#bestBin(feature, rows, totals);
      if (found === null) continue;
      tried += 1;
      if (found.purity <= purity) continue;
      purity = found.purity;
      best = { feature, bin: found.bin };
    }
    return best;
  }

  /** Best last bin of the left side; null when the feature has one bin only. */
  #bestBin(feature: number, rows: Int32Array, totals: Float64Array): { purity: number; bin: number } | null {
    const k = this.#labels.labelCount;
    const cells = this.#table.cells[feature]!;
    const bins = this.#table.features[feature]!.edges.length + 1;
    const histogram = this.#histogram;
    const counts = this.#counts;
    const { weights } = this.#labels;
    histogram.fill(0, 0, bins * k);
    counts.fill(0, 0, bins);
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      const bin = cells[row]!;
      counts[bin]! += 1;
      for (let label = 0; label < k; label++) histogram[bin * k + label]! += weights[row * k + label]!;
    }
    const left = new Float64Array(k);
    let best: { purity: number; bin: number } | null = null;
    let rowsLeft = 0;
    for (let bin = 0; bin < bins; bin++) {
      const here = counts[bin]!;
      if (here === 0) continue;
      for (let label = 0; label < k; label++) left[label]! += histogram[bin * k + label]!;
      rowsLeft += here;
      const rowsRight = rows.length - rowsLeft;
      if (rowsRight === 0) break;
      best ??= { purity: Number.NEGATIVE_INFINITY, bin };
      if (rowsLeft < this.#options.leafRows || rowsRight < this.#options.leafRows) continue;
      let [squaresLeft, squaresRight] = [0, 0];
      for (let label = 0; label < k; label++) {
        squaresLeft += left[label]! ** 2;
        squaresRight += (totals[label]! - left[label]!) ** 2;
      }
      const purity = squaresLeft / rowsLeft + squaresRight / rowsRight;
      if (purity > best.purity) best = { purity, bin };
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
