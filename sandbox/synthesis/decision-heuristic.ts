import { ABSTAIN } from "../labeling/index.js";

/** A test `value <= threshold`: `atMost` and `above` are indices of nodes that follow. A missing value ends in no vote. */
export interface HeuristicTest {
  readonly type: "test";
  /** Index of the feature. */
  readonly feature: number;
  readonly threshold: number;
  readonly atMost: number;
  readonly above: number;
}

export interface HeuristicLeaf {
  readonly type: "leaf";
  /** Label index, or -1 to abstain. */
  readonly vote: number;
}

/** A heuristic: a small decision tree over numeric features whose leaves vote. Node 0 is the root. */
export interface Heuristic {
  readonly nodes: readonly (HeuristicTest | HeuristicLeaf)[];
}

/** The leaf of every row as a node index; -1 where a value that is asked for is missing. */
export function findLeaves(
  nodes: readonly (Pick<HeuristicTest, "type" | "feature" | "threshold" | "atMost" | "above"> | { type: "leaf" })[],
  columns: readonly Float64Array[],
): Int16Array {
  const rows = columns[0]?.length ?? 0;
  const leaves = new Int16Array(rows);
  for (const [index, node] of nodes.entries()) {
    if (node.type === "leaf") continue;
    const values = columns[node.feature]!;
    for (let row = 0; row < rows; row++) {
      if (leaves[row] !== index) continue;
      const value = values[row]!;
      leaves[row] = Number.isNaN(value) ? -1 : value <= node.threshold ? node.atMost : node.above;
    }
  }
  return leaves;
}

/** Vote of a heuristic on every row. */
export function castVotes({ nodes }: Heuristic, columns: readonly Float64Array[]): Int8Array {
  return Int8Array.from(findLeaves(nodes, columns), (leaf) => {
    const node = nodes[leaf];
    return node?.type === "leaf" ? node.vote : ABSTAIN;
  });
}

/** Features that the tests read, in order of first use. */
export function featuresOf({ nodes }: Heuristic): number[] {
  return [...new Set(nodes.flatMap((node) => (node.type === "test" ? [node.feature] : [])))];
}

/** The same heuristic without tests whose sides vote alike and without nodes that nothing leads to. */
export function simplify({ nodes }: Heuristic): Heuristic {
  const kept: (HeuristicTest | HeuristicLeaf)[] = [];
  const onlyVote = (index: number): number | undefined => {
    const node = nodes[index]!;
    if (node.type === "leaf") return node.vote;
    const [below, above] = [onlyVote(node.atMost), onlyVote(node.above)];
    return below === above ? below : undefined;
  };
  const keep = (index: number): number => {
    const place = kept.length;
    const node = nodes[index]!;
    const vote = onlyVote(index);
    if (vote !== undefined || node.type === "leaf") {
      kept.push({ type: "leaf", vote: vote ?? ABSTAIN });
      return place;
    }
    kept.push({ type: "leaf", vote: ABSTAIN });
    const atMost = keep(node.atMost);
    const above = keep(node.above);
    kept[place] = { ...node, atMost, above };
    return place;
  };
  keep(0);
  return { nodes: kept };
}
