import type { DecisionTree } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { type BranchAnswer, branchesOf } from "./branches.js";
import { leafWords, printable, shortNames } from "./words.js";

/** A node as graph languages draw it: every node once, whatever points at it. */
export interface GraphNode {
  readonly index: number;
  readonly type: "test" | "leaf" | "more";
  /** Label of a leaf; null is inconclusive. */
  readonly label: string | null;
  /** What it says, in one or two lines; printable, otherwise not escaped. */
  readonly lines: readonly string[];
  readonly edges: readonly { readonly answer: BranchAnswer; readonly to: number }[];
}

/** Nodes level by level from the root, at most as many as a picture shows; what is left out is drawn as one node each. */
export function graphTree(tree: DecisionTree): GraphNode[] {
  const shortName = shortNames(tree);
  const graph: GraphNode[] = [];
  const met = new Set([0]);
  for (const index of met) {
    const node = tree.nodes[index];
    if (node === undefined || graph.length >= limits.pictureNodes) {
      graph.push({ index, type: "more", label: null, lines: ["…"], edges: [] });
      continue;
    }
    const name = node.lf === undefined ? [] : [shortName(node.lf)];
    if (node.type === "leaf") {
      graph.push({ index, type: "leaf", label: node.label, lines: [leafWords(node), ...name], edges: [] });
      continue;
    }
    const edges = branchesOf(node);
    for (const { to } of edges) met.add(to);
    graph.push({ index, type: "test", label: null, lines: [printable(node.condition), ...name], edges });
  }
  return graph;
}
