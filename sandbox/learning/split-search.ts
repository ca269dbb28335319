import type { BinnedTable } from "./feature-table.js";
import type { LabelWeights } from "./label-weights.js";
import { learningLimits } from "./limits.js";

/** A place to split a feature. */
export interface BinSplit {
  /** Last bin of the left side. */
  readonly bin: number;
  /** Sum over both sides of the squared weights of the labels, each sum over its side's weight: the greater, the purer. */
  readonly purity: number;
}

/** Nodes of at most so many rows, a power of two, sort them by bin; greater ones count them into all bins. */
const SORTED_BITS = 6;
const SORTED_ROWS = 2 ** SORTED_BITS;

/** The best split of a node's rows by one feature after another, by Gini impurity. */
export class SplitSearch {
  readonly #table: BinnedTable;
  readonly #labels: LabelWeights;
  readonly #leafRows: number;
  /** By bin: weight of each label, and rows. */
  readonly #histogram: Float64Array;
  readonly #counts: Int32Array;
  readonly #sorted = new Int32Array(SORTED_ROWS);
  readonly #left: Float64Array;
  #rows: Int32Array = new Int32Array(0);
  #totals: Float64Array = new Float64Array(0);
  #weight = 0;

  /** @param leafRows rows that each side must keep */
  constructor(table: BinnedTable, labels: LabelWeights, leafRows: number) {
    this.#table = table;
    this.#labels = labels;
    this.#leafRows = leafRows;
    this.#histogram = new Float64Array(learningLimits.bins * labels.labelCount);
    this.#counts = new Int32Array(learningLimits.bins);
    this.#left = new Float64Array(labels.labelCount);
  }

  /** Look at another node. @param totals weight of each label among its rows @param weight their sum */
  enter(rows: Int32Array, totals: Float64Array, weight: number): void {
    this.#rows = rows;
    this.#totals = totals;
    this.#weight = weight;
  }

  /** The purest split of the node; null when the feature has one bin only. Purity is -Infinity where no side may be so small. */
  find(feature: number): BinSplit | null {
    this.#left.fill(0);
    return this.#rows.length <= SORTED_ROWS ? this.#findSorted(feature) : this.#findCounted(feature);
  }

  #findCounted(feature: number): BinSplit | null {
    const k = this.#labels.labelCount;
    const { weights } = this.#labels;
    const cells = this.#table.cells[feature]!;
    const bins = this.#table.features[feature]!.edges.length + 1;
    const [rows, histogram, counts, left] = [this.#rows, this.#histogram, this.#counts, this.#left];
    histogram.fill(0, 0, bins * k);
    counts.fill(0, 0, bins);
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      const bin = cells[row]!;
      counts[bin]! += 1;
      for (let label = 0; label < k; label++) histogram[bin * k + label]! += weights[row * k + label]!;
    }
    let [last, next, purity] = [-1, -1, Number.NEGATIVE_INFINITY];
    let isBest = false;
    for (let bin = 0, rowsLeft = 0; bin < bins; bin++) {
      if (counts[bin] === 0) continue;
      if (isBest) next = bin;
      isBest = false;
      if (rowsLeft + counts[bin]! === rows.length) break;
      for (let label = 0; label < k; label++) left[label]! += histogram[bin * k + label]!;
      rowsLeft += counts[bin]!;
      const found = this.#purityAt(rowsLeft);
      if (last >= 0 && found <= purity) continue;
      purity = found;
      last = bin;
      isBest = true;
    }
    return last < 0 ? null : { bin: halfWay(last, next), purity };
  }

  #findSorted(feature: number): BinSplit | null {
    const k = this.#labels.labelCount;
    const { weights } = this.#labels;
    const [rows, left] = [this.#rows, this.#left];
    const sorted = sortByBin(rows, this.#table.cells[feature]!, this.#sorted);
    let [last, next, purity] = [-1, -1, Number.NEGATIVE_INFINITY];
    for (let place = 0; place + 1 < rows.length; place++) {
      const from = rows[sorted[place]! & (SORTED_ROWS - 1)]! * k;
      for (let label = 0; label < k; label++) left[label]! += weights[from + label]!;
      const [bin, after] = [sorted[place]! >> SORTED_BITS, sorted[place + 1]! >> SORTED_BITS];
      if (bin === after) continue;
      const found = this.#purityAt(place + 1);
      if (last >= 0 && found <= purity) continue;
      purity = found;
      last = bin;
      next = after;
    }
    return last < 0 ? null : { bin: halfWay(last, next), purity };
  }

  /** Of a split with what `#left` holds on its left. */
  #purityAt(rowsLeft: number): number {
    if (rowsLeft < this.#leafRows || this.#rows.length - rowsLeft < this.#leafRows) return Number.NEGATIVE_INFINITY;
    const [left, totals] = [this.#left, this.#totals];
    let [weightLeft, squaresLeft, squaresRight] = [0, 0, 0];
    for (let label = 0; label < left.length; label++) {
      const here = left[label]!;
      const there = totals[label]! - here;
      weightLeft += here;
      squaresLeft += here * here;
      squaresRight += there * there;
    }
    const weightRight = this.#weight - weightLeft;
    // A side without weight, which a class weight of 0 makes, adds nothing.
    return (weightLeft > 0 ? squaresLeft / weightLeft : 0) + (weightRight > 0 ? squaresRight / weightRight : 0);
  }
}

/**
 * Where rows that training did not see go: half of the bins between the sides' own to the left. Missing values, bin 0, stay alone.
 * @param last bin of the left side @param next first bin of the right side
 */
function halfWay(last: number, next: number): number {
  return last === 0 ? 0 : (last + next - 1) >> 1;
}

/** Places of a few rows in the order of their bins: `bin << SORTED_BITS | place`, by insertion, which is fastest for so few. */
function sortByBin(rows: Int32Array, cells: Uint8Array, sorted: Int32Array): Int32Array {
  for (let place = 0; place < rows.length; place++) {
    const key = (cells[rows[place]!]! << SORTED_BITS) | place;
    let slot = place;
    for (; slot > 0 && sorted[slot - 1]! > key; slot--) sorted[slot] = sorted[slot - 1]!;
    sorted[slot] = key;
  }
  return sorted;
}
