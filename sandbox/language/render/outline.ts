import type { DecisionTree, TreeLeaf, TreeTest } from "@flamenco/policies/wire";
import { limits } from "../limits.js";

/** A tree as it is drawn: what several branches share is drawn once and pointed at afterwards. */
export type OutlineNode = { readonly edge: "yes" | "no" | undefined; readonly children: OutlineNode[] } & (
  | { readonly type: "test"; readonly test: TreeTest; number: number | undefined }
  | { readonly type: "leaf"; readonly leaf: TreeLeaf }
  /** The branch goes on at the test with this number. */
  | { readonly type: "reference"; readonly target: OutlineNode & { readonly type: "test" } }
  /** Not drawn: the picture would be too large. */
  | { readonly type: "more" }
);

type OutlineTest = OutlineNode & { readonly type: "test" };

/** Outline a decision; bounded in nodes and depth whatever the tree. Tests that are pointed at get numbers from 1. */
export function outlineTree(tree: DecisionTree): OutlineNode {
  const drawn = new Map<number, OutlineTest>();
  let [nodes, numbers] = [0, 0];
  const outline = (index: number, edge: OutlineNode["edge"], depth: number): OutlineNode => {
    nodes += 1;
    const node = tree.nodes[index];
    if (node === undefined || nodes > limits.pictureNodes || depth > limits.pictureDepth) {
      return { type: "more", edge, children: [] };
    }
    if (node.type === "leaf") return { type: "leaf", leaf: node, edge, children: [] };
    const known = drawn.get(index);
    if (known !== undefined) {
      if (known.number === undefined) {
        numbers += 1;
        known.number = numbers;
      }
      return { type: "reference", target: known, edge, children: [] };
    }
    const test: OutlineTest = { type: "test", test: node, number: undefined, edge, children: [] };
    drawn.set(index, test);
    test.children.push(outline(node.yes, "yes", depth + 1), outline(node.no, "no", depth + 1));
    return test;
  };
  return outline(0, undefined, 0);
}

/** Controls and marks that could rewrite a terminal or fool a reader: trees come from other machines. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** The words of a node. */
export function captionOf(node: OutlineNode): string {
  return wordsOf(node).replace(unprintable, "\uFFFD");
}

function wordsOf(node: OutlineNode): string {
  switch (node.type) {
    case "test":
      return `${node.number === undefined ? "" : `(${node.number}) `}${node.test.condition}${node.test.lf === undefined ? "" : ` [${node.test.lf}]`}`;
    case "leaf": {
      const { label, share, lf } = node.leaf;
      const percent = typeof share === "number" ? ` ${(share * 100).toFixed(1)} %` : "";
      return `${label ?? "inconclusive"}${percent}${lf === undefined ? "" : ` [${lf}]`}`;
    }
    case "reference":
      return `goes on at (${node.target.number})`;
    case "more":
      return "…";
  }
}
