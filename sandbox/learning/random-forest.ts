import type { SeededRandom } from "../preprocess/index.js";
import { type FittedTree, findLeaf, fitTree } from "./decision-tree.js";
import type { BinnedTable, FeatureBins } from "./feature-table.js";
import type { LabelWeights } from "./label-weights.js";

export interface ForestOptions {
  readonly trees: number;
  readonly depth: number;
  readonly leafRows: number;
  /** Features tried at each split; the square root of their number when absent. */
  readonly featuresPerSplit?: number;
  /** Rows drawn for each tree, with repetition; as many as there are when absent or fewer. */
  readonly rowsPerTree?: number;
  /** False: every tree learns from all rows as they are, and only the features it tries make trees differ. */
  readonly bootstrap?: boolean;
  readonly random: SeededRandom;
}

export interface FittedForest {
  readonly labelCount: number;
  /** Bins of the features: rows to predict are binned alike. */
  readonly features: readonly FeatureBins[];
  readonly trees: readonly FittedTree[];
}

/**
 * A random forest (Breiman 2001): trees on bootstrap samples of the rows, each split among a random few of the features. The
 * same seed gives the same forest on every machine.
 * @param rows training rows of the table.
 */
export function fitForest(
  table: BinnedTable,
  labels: LabelWeights,
  rows: Int32Array,
  options: ForestOptions,
): FittedForest {
  return {
    labelCount: labels.labelCount,
    features: table.features,
    trees: [...growTrees(table, labels, rows, options)],
  };
}

/** The trees of a forest, grown one by one as they are asked for. */
export function* growTrees(
  table: BinnedTable,
  labels: LabelWeights,
  rows: Int32Array,
  { trees, depth, leafRows, featuresPerSplit, rowsPerTree, bootstrap = true, random }: ForestOptions,
): Generator<FittedTree, void> {
  const tried = featuresPerSplit ?? Math.max(1, Math.round(Math.sqrt(table.features.length)));
  const size = Math.min(rows.length, rowsPerTree ?? rows.length);
  for (let tree = 0; tree < trees; tree++) {
    const drawn = bootstrap ? drawRows(rows, size, random) : rows.slice();
    yield fitTree(table, labels, drawn, { depth, leafRows, featuresPerSplit: tried, random });
  }
}

function drawRows(rows: Int32Array, size: number, random: SeededRandom): Int32Array {
  const drawn = new Int32Array(size);
  for (let index = 0; index < size; index++) drawn[index] = rows[random.nextBelow(rows.length)]!;
  return drawn;
}

/** Probability of each label for the given rows, `probabilities[index * labelCount + label]`: the mean over the trees. */
export function predictForest(forest: FittedForest, cells: readonly Uint8Array[], rows: Int32Array): Float64Array {
  const { labelCount, trees } = forest;
  const probabilities = new Float64Array(rows.length * labelCount);
  for (const tree of trees) {
    for (let index = 0; index < rows.length; index++) {
      const leaf = findLeaf(tree, cells, rows[index]!) * labelCount;
      for (let label = 0; label < labelCount; label++) {
        probabilities[index * labelCount + label]! += tree.shares[leaf + label]! / trees.length;
      }
    }
  }
  return probabilities;
}
