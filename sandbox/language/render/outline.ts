import type { DecisionTree, TreeLeaf, TreeTest } from "@flamenco/policies/wire";
import { limits } from "../limits.js";

/** A tree as it is drawn: what several branches share is drawn once and pointed at afterwards. */
export interface OutlineNode {
  readonly type: "test" | "leaf" | "reference" | "more";
  readonly edge: "yes" | "no" | undefined;
  /** Label of a leaf; null is inconclusive. */
  readonly label: string | null;
  /** LF that the node comes from, where its parent does not say it already; as short as is unambiguous in the tree. */
  readonly lf: string | undefined;
  /** What the node says, without the LF. */
  readonly words: () => string;
  readonly children: OutlineNode[];
}

/** Controls and marks that could rewrite a terminal or fool a reader: trees come from other machines. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const printable = (text: string): string => text.replace(unprintable, "\uFFFD");

/** `namespace/name@version#function` as `function`, unless two LFs of the tree share that name. */
function shortNames(tree: DecisionTree): (lf: string) => string {
  const full = new Set(tree.nodes.flatMap(({ lf }) => (lf === undefined ? [] : [lf])));
  const short = (lf: string): string => lf.slice(lf.lastIndexOf("#") + 1);
  const uses = new Map<string, number>();
  for (const lf of full) uses.set(short(lf), (uses.get(short(lf)) ?? 0) + 1);
  return (lf) => printable(uses.get(short(lf)) === 1 ? short(lf) : lf);
}

function leafWords({ label, share }: TreeLeaf, seen: boolean): string {
  const percent = typeof share === "number" && !seen ? ` ${(share * 100).toFixed(1)} %` : "";
  return printable(`${label ?? "inconclusive"}${percent}`);
}

/**
 * Outline a decision; bounded in nodes and depth whatever the tree. Tests that are pointed at get numbers from 1; a leaf
 * that several branches share says its share of the rows once.
 */
export function outlineTree(tree: DecisionTree): OutlineNode {
  const shortName = shortNames(tree);
  const drawn = new Map<number, OutlineNode>();
  const numbers = new Map<number, number>();
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
        words: () => leafWords(node, known !== undefined),
      };
      drawn.set(index, leaf);
      return leaf;
    }
    if (known !== undefined) {
      const number = numbers.get(index) ?? numbers.size + 1;
      numbers.set(index, number);
      return { ...base, type: "reference", words: () => `goes on at (${number})` };
    }
    const test: OutlineNode = { ...base, type: "test", lf, children: [], words: () => numbered(index, node) };
    drawn.set(index, test);
    test.children.push(outline(node.yes, "yes", depth + 1, node.lf), outline(node.no, "no", depth + 1, node.lf));
    return test;
  };
  return outline(0, undefined, 0, undefined);
}

/** All that a node says, in one line. */
export function captionOf(node: OutlineNode): string {
  return `${node.words()}${node.lf === undefined ? "" : `  [${node.lf}]`}`;
}
