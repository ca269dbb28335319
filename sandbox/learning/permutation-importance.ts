import type { SeededRandom } from "../preprocess/index.js";
import { findLeaf } from "./decision-tree.js";
import type { BinnedTable } from "./feature-table.js";
import type { LabelWeights } from "./label-weights.js";
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
  const leaves = forest.trees.map((tree) => Int32Array.from(rows, (row) => findLeaf(tree, table.cells, row)));
  return Float64Array.from(table.features, (_, feature) => {
    const concerned = [...forest.trees.keys()].filter((tree) => forest.trees[tree]!.feature.includes(feature));
    if (concerned.length === 0) return 0;
    let rise = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const cells = [...table.cells];
      cells[feature] = shuffleCells(table.cells[feature]!, rows, random);
      const changed = base.slice();
      for (const tree of concerned) movePredictions(changed, forest, tree, leaves[tree]!, cells, rows);
      rise += brierScore(changed, labels, rows) - score;
    }
    return rise / repeats;
  });
}

/** Predictions, in place, after cells have changed for one tree. @param leaves where its rows ended before. */
function movePredictions(
  predictions: Float64Array,
  { trees, labelCount }: FittedForest,
  which: number,
  leaves: Int32Array,
  cells: readonly Uint8Array[],
  rows: Int32Array,
): void {
  const tree = trees[which]!;
  for (let index = 0; index < rows.length; index++) {
    const from = leaves[index]!;
    const to = findLeaf(tree, cells, rows[index]!);
    if (from === to) continue;
    for (let label = 0; label < labelCount; label++) {
      const difference = tree.shares[to * labelCount + label]! - tree.shares[from * labelCount + label]!;
      predictions[index * labelCount + label]! += difference / trees.length;
    }
  }
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
