import type { SeededRandom } from "../preprocess/index.js";
import { findLeaf, type LabelWeights } from "./decision-tree.js";
import type { BinnedTable } from "./feature-table.js";
import { type FittedForest, predictForest } from "./random-forest.js";

export interface PermutationOptions {
  /** Times that each feature is shuffled. */
  readonly repeats: number;
  readonly random: SeededRandom;
}

/**
 * Importance of each feature: how much the forest's Brier score on the given rows rises when the feature's values are shuffled
 * among them (Breiman 2001; scored as by Brier 1950, which soft labels and rare ones allow). Near zero, or a little below, for
 * one that does not matter; features that say the same share what they say.
 * @param rows rows that the forest was not fitted on.
 */
export function permutationImportance(
  forest: FittedForest,
  table: BinnedTable,
  labels: LabelWeights,
  rows: Int32Array,
  { repeats, random }: PermutationOptions,
): Float64Array {
  const base = predictForest(forest, table.cells, rows);
  const score = brierScore(base, labels, rows);
  return Float64Array.from(table.features, (_, feature) => {
    const concerned = { ...forest, trees: forest.trees.filter((tree) => tree.feature.includes(feature)) };
    if (concerned.trees.length === 0) return 0;
    let rise = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const cells = [...table.cells];
      cells[feature] = shuffleCells(table.cells[feature]!, rows, random);
      const changed = changePredictions(base, concerned, forest.trees.length, table.cells, cells, rows);
      rise += brierScore(changed, labels, rows) - score;
    }
    return rise / repeats;
  });
}

/** Predictions after cells have changed: only the trees that read them are walked again. */
function changePredictions(
  base: Float64Array,
  { trees, labelCount }: FittedForest,
  treeCount: number,
  before: readonly Uint8Array[],
  after: readonly Uint8Array[],
  rows: Int32Array,
): Float64Array {
  const changed = base.slice();
  for (const tree of trees) {
    for (let index = 0; index < rows.length; index++) {
      const from = findLeaf(tree, before, rows[index]!);
      const to = findLeaf(tree, after, rows[index]!);
      if (from === to) continue;
      for (let label = 0; label < labelCount; label++) {
        const difference = tree.shares[to * labelCount + label]! - tree.shares[from * labelCount + label]!;
        changed[index * labelCount + label]! += difference / treeCount;
      }
    }
  }
  return changed;
}

function shuffleCells(cells: Uint8Array, rows: Int32Array, random: SeededRandom): Uint8Array {
  const order = Int32Array.from(rows);
  random.shuffle(order);
  const shuffled = cells.slice();
  for (let index = 0; index < rows.length; index++) shuffled[rows[index]!] = cells[order[index]!]!;
  return shuffled;
}

/** Mean over rows of the squared distance between predicted and known label shares. */
function brierScore(probabilities: Float64Array, { labelCount, weights }: LabelWeights, rows: Int32Array): number {
  let sum = 0;
  for (let index = 0; index < rows.length; index++) {
    for (let label = 0; label < labelCount; label++) {
      sum += (probabilities[index * labelCount + label]! - weights[rows[index]! * labelCount + label]!) ** 2;
    }
  }
  return rows.length === 0 ? 0 : sum / rows.length;
}
