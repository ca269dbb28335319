import type { FeatureRows } from "./feature-rows.js";

export interface FittedTest {
  readonly type: "test";
  readonly feature: number;
  readonly threshold: number;
  readonly atMost: number;
  readonly above: number;
}

export interface FittedLeaf {
  readonly type: "leaf";
  /** Share of label 1 among the rows that it was fitted on. */
  readonly share: number;
}

/** A decision tree whose leaves hold shares; nodes follow their parents. */
export type FittedTree = readonly (FittedTest | FittedLeaf)[];

export interface TreeFitInput {
  readonly rows: FeatureRows;
  /** Rows of each column by rising value (`sortColumns`). */
  readonly sorted: readonly Int32Array[];
  /** Non-zero selects a row; its truth must be known. */
  readonly selected: Uint8Array;
  readonly features: readonly number[];
  readonly depth: number;
}

/**
 * A depth-limited classification tree by Gini impurity, thresholds half-way between neighbouring values, as
 * scikit-learn's DecisionTreeClassifier; among equal splits the first feature and the least threshold. Rows whose value is
 * missing take no part below that test.
 * @returns undefined when the selected rows have one label, or no value tells any two of them apart.
 */
export function fitTree({ rows, sorted, selected, features, depth }: TreeFitInput): FittedTree | undefined {
  const { columns, truth } = rows;
  const nodeOf = Int16Array.from(selected, (one) => (one === 0 ? -1 : 0));
  const nodes: (FittedTest | FittedLeaf)[] = [leafOf(countNode(nodeOf, truth, 0))];
  let level = [0];
  for (let left = depth; left > 0; left--) {
    const next: number[] = [];
    for (const node of level) {
      const split = findSplit(node, nodeOf, truth, columns, sorted, features);
      if (split === undefined) continue;
      const { feature, threshold } = split;
      const [atMost, above] = [nodes.length, nodes.length + 1];
      for (let row = 0; row < nodeOf.length; row++) {
        if (nodeOf[row] !== node) continue;
        const value = columns[feature]![row]!;
        nodeOf[row] = Number.isNaN(value) ? -1 : value <= threshold ? atMost : above;
      }
      nodes[node] = { type: "test", feature, threshold, atMost, above };
      nodes.push(leafOf(countNode(nodeOf, truth, atMost)), leafOf(countNode(nodeOf, truth, above)));
      next.push(atMost, above);
    }
    level = next;
  }
  return nodes.length === 1 ? undefined : nodes;
}

function countNode(nodeOf: Int16Array, truth: Int8Array, node: number): [number, number] {
  const counts: [number, number] = [0, 0];
  for (let row = 0; row < nodeOf.length; row++) if (nodeOf[row] === node) counts[truth[row] === 1 ? 1 : 0] += 1;
  return counts;
}

function leafOf([zeros, ones]: readonly [number, number]): FittedLeaf {
  return { type: "leaf", share: ones / Math.max(1, zeros + ones) };
}

/** Rows times Gini impurity. */
const impurity = (zeros: number, ones: number): number =>
  zeros + ones === 0 ? 0 : (2 * zeros * ones) / (zeros + ones);

/** The test of one node that lowers impurity most; undefined when the node is pure or no value differs. */
function findSplit(
  node: number,
  nodeOf: Int16Array,
  truth: Int8Array,
  columns: readonly Float64Array[],
  sorted: readonly Int32Array[],
  features: readonly number[],
): { feature: number; threshold: number } | undefined {
  let best: { feature: number; threshold: number } | undefined;
  let bestGain = -1;
  for (const feature of features) {
    const values = columns[feature]!;
    const order = sorted[feature]!;
    let [zeros, ones] = [0, 0];
    for (const row of order) {
      if (nodeOf[row] !== node) continue;
      if (truth[row] === 1) ones++;
      else zeros++;
    }
    if (zeros === 0 || ones === 0) continue;
    const whole = impurity(zeros, ones);
    let [zerosBelow, onesBelow, last] = [0, 0, Number.NaN];
    for (const row of order) {
      if (nodeOf[row] !== node) continue;
      const value = values[row]!;
      if (zerosBelow + onesBelow > 0 && value > last) {
        const rest = impurity(zerosBelow, onesBelow) + impurity(zeros - zerosBelow, ones - onesBelow);
        if (whole - rest > bestGain + 1e-12) {
          bestGain = whole - rest;
          best = { feature, threshold: halfWay(last, value) };
        }
      }
      if (truth[row] === 1) onesBelow++;
      else zerosBelow++;
      last = value;
    }
  }
  return best;
}

/** Between two different values, never the upper one itself; no overflow near the largest double. */
function halfWay(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}
