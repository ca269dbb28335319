import { ABSTAIN } from "../labeling/index.js";
import { findLeaves, type Heuristic, simplify } from "./decision-heuristic.js";
import type { FeatureRows } from "./feature-rows.js";
import type { FittedTree } from "./tree-fit.js";

/** Half-widths of the band around 1/2 in which a heuristic abstains. 0 would never abstain: upstream's range, kept. */
const bands = Object.freeze(Array.from({ length: 10 }, (_, step) => 0.25 + (step * 0.2) / 9));

/** A fitted tree with votes at its leaves, and how well it does on labeled rows. */
export interface BandedHeuristic {
  readonly heuristic: Heuristic;
  /** Leaves whose share of label 1 is within `beta` of 1/2 abstain. */
  readonly beta: number;
  /** F1 of both labels weighted by their rows; an abstention is a miss. */
  readonly f1: number;
}

/**
 * Choose the abstain band that maximizes F1 on labeled rows (Snuba, Varma & Ré 2018, §3.1); among equal ones the widest.
 * @returns undefined when every leaf abstains or all vote alike: that is no heuristic.
 */
export function chooseBand(tree: FittedTree, rows: FeatureRows): BandedHeuristic | undefined {
  const counts = countLeaves(tree, rows);
  let best: { beta: number; f1: number } | undefined;
  for (const beta of bands) {
    const f1 = weightedF1(
      tree.map((node) => (node.type === "leaf" ? voteOf(node.share, beta) : ABSTAIN)),
      counts,
      rows.truth,
    );
    if (best === undefined || f1 >= best.f1) best = { beta, f1 };
  }
  if (best === undefined) return undefined;
  const { beta, f1 } = best;
  const heuristic = simplify({
    nodes: tree.map((node) => (node.type === "leaf" ? { type: "leaf", vote: voteOf(node.share, beta) } : node)),
  });
  return heuristic.nodes.length < 3 ? undefined : { heuristic, beta, f1 };
}

function voteOf(share: number, beta: number): number {
  if (share <= 0.5 - beta) return 0;
  return share >= 0.5 + beta ? 1 : ABSTAIN;
}

/** Rows at each node, by true label. */
function countLeaves(tree: FittedTree, { columns, truth }: FeatureRows): [number, number][] {
  const counts = tree.map((): [number, number] => [0, 0]);
  for (const [row, leaf] of findLeaves(tree, columns).entries()) {
    if (leaf >= 0 && truth[row]! >= 0) counts[leaf]![truth[row] as 0 | 1] += 1;
  }
  return counts;
}

function weightedF1(votes: readonly number[], counts: readonly [number, number][], truth: Int8Array): number {
  const actual = [0, 0];
  for (const label of truth) if (label >= 0) actual[label]! += 1;
  let sum = 0;
  for (const label of [0, 1] as const) {
    let [right, predicted] = [0, 0];
    for (const [node, vote] of votes.entries()) {
      if (vote !== label) continue;
      right += counts[node]![label];
      predicted += counts[node]![0] + counts[node]![1];
    }
    if (right > 0) sum += (actual[label]! * 2 * right) / (actual[label]! + predicted);
  }
  return sum / Math.max(1, actual[0]! + actual[1]!);
}
