import type { DecisionTree } from "@flamenco/policies/wire";
import { type ChainLfs, findReachable, hangChain } from "./chain-tree.js";

/** Rows at the leaves of a chain, with noise. */
export interface NoisyLeaves {
  /** Of rows on which LF i is the first to vote, and votes label a: `counts[i * k + a]`; last, of rows without a vote. */
  readonly counts: readonly number[];
  /** Standard deviation of the noise of a count, in rows. */
  readonly sigma: number;
}

export interface SupportedChain {
  readonly tree: DecisionTree;
  /** Indices of the LFs that hang in it, first to hang first. */
  readonly order: readonly number[];
  /** Leaves of the chain that had too few rows, of how many, and the sum of their noisy counts. */
  readonly merged: { readonly leaves: number; readonly of: number; readonly rows: number };
}

/**
 * The chain without its small leaves. Where a leaf of an LF has too few rows the LF counts as inconclusive, which is the one
 * way in a chain on which rows go on: the leaf's rows go to the LFs that follow. Conditions that then lead nowhere else
 * disappear, from the leaves up, and an LF that is left without a leaf does not hang. No LF comes to vote where it did not, so
 * the tree differs from the chain for the rows of merged leaves alone.
 *
 * Decided by noisy counts. Every leaf of an LF has enough rows and shows their share. The inconclusive leaf ends the chain
 * and stays; its share is that of the rows without a vote and of merged leaves behind the last LF, and is shown where they are
 * enough. Rows of other merged leaves are in no share: where they end was not counted.
 * @param show the noisy count, or null where it is too small for noise of that standard deviation
 * @throws FLM_TOO_LARGE, FLM_INTERNAL as `buildChainTree`
 */
export function buildSupportedChain(
  { lfs, order, labels }: ChainLfs,
  { counts, sigma }: NoisyLeaves,
  show: (noisy: number, sigma: number) => number | null,
): SupportedChain {
  const leaves = order.flatMap((lf, position) =>
    labelsOf(lfs[lf]!.decision).map((label) => {
      const count = counts[lf * labels.length + labels.indexOf(label)]!;
      return { lf, position, label, count, small: show(count, sigma) === null };
    }),
  );
  const small = leaves.filter((leaf) => leaf.small);
  const hanging = order.filter((lf) => leaves.some((leaf) => leaf.lf === lf && !leaf.small));
  const last = order.indexOf(hanging.at(-1) ?? -1);
  const without = counts.at(-1)!;
  const ending = [without, ...small.filter(({ position }) => position >= last).map(({ count }) => count)];
  const rows = [without, ...leaves.map(({ count }) => count)].reduce((sum, count) => sum + Math.max(0, count), 0);
  const shareOf = (count: number | null | undefined) => (count == null ? undefined : count / rows);
  const tree = hangChain(
    {
      lfs: lfs.map(({ name, decision }, lf) => ({
        name,
        decision: abstainFrom(decision, new Set(small.filter((leaf) => leaf.lf === lf).map(({ label }) => label))),
      })),
      order: hanging,
      labels,
    },
    {
      byLf: lfs.map((_, lf) =>
        labels.map((label) => shareOf(leaves.find((leaf) => leaf.lf === lf && leaf.label === label)?.count)),
      ),
      none: shareOf(show(sum(ending), sigma * Math.sqrt(ending.length))),
    },
  );
  const merged = { leaves: small.length, of: leaves.length, rows: sum(small.map(({ count }) => count)) };
  return { tree, order: hanging, merged };
}

/** The decision with leaves of these labels inconclusive, and without the conditions that then lead nowhere else. */
function abstainFrom({ nodes }: DecisionTree, labels: ReadonlySet<string>): DecisionTree {
  const inconclusive = new Set<number>();
  // Children follow their parents.
  for (const [index, node] of [...nodes.entries()].reverse()) {
    const ends =
      node.type === "leaf"
        ? node.label === null || labels.has(node.label)
        : inconclusive.has(node.yes) && inconclusive.has(node.no);
    if (ends) inconclusive.add(index);
  }
  const target = (index: number) => (inconclusive.has(index) ? nodes.length : index);
  return {
    nodes: [
      ...nodes.map((node) => (node.type === "leaf" ? node : { ...node, yes: target(node.yes), no: target(node.no) })),
      { type: "leaf", label: null },
    ],
  };
}

/** Labels that a decision can end at. */
function labelsOf({ nodes }: DecisionTree): string[] {
  const labels = findReachable(nodes).flatMap((index) => {
    const node = nodes[index]!;
    return node.type === "leaf" && node.label !== null ? [node.label] : [];
  });
  return [...new Set(labels)];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
