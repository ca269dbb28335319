import type { DecisionTree, TreeTest } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { type BranchAnswer, branchesOf, countEntries } from "./branches.js";
import { leafWords, printable, shortNames } from "./words.js";

/** A tree as it is drawn: what several branches share is drawn once and pointed at afterwards. */
export interface OutlineNode {
  readonly type: "test" | "leaf" | "reference" | "more";
  readonly edge: BranchAnswer | undefined;
  /** Label of a leaf; null is inconclusive. */
  readonly label: string | null;
  /** LF that the node comes from, where its parent does not say it already; as short as is unambiguous in the tree. */
  readonly lf: string | undefined;
  /** What the node says, without the LF. */
  readonly words: () => string;
  readonly children: OutlineNode[];
}

/**
 * Outline a decision; bounded in nodes and depth whatever the tree. Tests that are pointed at get numbers from 1. A leaf
 * that several branches share is drawn for each, without a share of the rows: `describeLeaves` says the shares.
 */
export function outlineTree(tree: DecisionTree): OutlineNode {
  const shortName = shortNames(tree);
  const drawn = new Map<number, OutlineNode>();
  const numbers = new Map<number, number>();
  const entries = countEntries(tree);
  let nodes = 0;
  const numbered = (index: number, { condition }: TreeTest): string => {
    const number = numbers.get(index);
    return printable(`${number === undefined ? "" : `(${number}) `}${condition}`);
  };
  const outline = (
    index: number,
    edge: OutlineNode["edge"],
    depth: number,
    parentLf: string | undefined,
  ): OutlineNode => {
    nodes += 1;
    const node = tree.nodes[index];
    const base = { edge, label: null, lf: undefined, children: [] };
    if (node === undefined || nodes > limits.pictureNodes || depth > limits.pictureDepth) {
      return { ...base, type: "more", words: () => "…" };
    }
    const lf = node.lf === undefined || node.lf === parentLf ? undefined : shortName(node.lf);
    const known = drawn.get(index);
    if (node.type === "leaf") {
      const leaf: OutlineNode = {
        ...base,
        type: "leaf",
        label: node.label,
        lf,
        // Several branches end here: its share is that of all of them, and would be taken for one's.
        words: () => leafWords((entries.get(index) ?? 0) > 1 ? { type: "leaf", label: node.label } : node),
      };
      return leaf;
    }
    if (known !== undefined) {
      const number = numbers.get(index) ?? numbers.size + 1;
      numbers.set(index, number);
      return { ...base, type: "reference", words: () => `goes on at (${number})` };
    }
    const test: OutlineNode = { ...base, type: "test", lf, children: [], words: () => numbered(index, node) };
    drawn.set(index, test);
    for (const { answer, to } of branchesOf(node)) test.children.push(outline(to, answer, depth + 1, node.lf));
    return test;
  };
  return outline(0, undefined, 0, undefined);
}

/** All that a node says, in one line. */
export function captionOf(node: OutlineNode): string {
  return `${node.words()}${node.lf === undefined ? "" : `  [${node.lf}]`}`;
}
