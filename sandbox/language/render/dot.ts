import type { DecisionTree } from "@flamenco/policies/wire";
import { graphTree } from "./graph.js";
import { labelColors, testColors } from "./palette.js";
import { printable } from "./words.js";

/**
 * A text between quotes (https://graphviz.org/doc/info/lang.html): a quotation mark would end it, and a backslash starts
 * escapes such as `\N`, so both are doubled or led by one.
 */
function quote(lines: readonly string[]): string {
  return `"${lines.map((line) => line.replace(/[\\"]/g, (mark) => `\\${mark}`)).join("\\n")}"`;
}

/**
 * A decision as a Graphviz document: every node once, shared branches as edges to one node. Nothing in it is markup, a
 * reference or an attribute but what this function writes.
 */
export function renderTreeDot(tree: DecisionTree, options: { readonly title: string }): string {
  const colors = labelColors(tree);
  const nodes = graphTree(tree);
  const attributes = ({ type, label, lines }: (typeof nodes)[number]): string => {
    const [fill, border] = type === "leaf" ? colors(label) : testColors;
    const style = type === "leaf" ? "rounded,filled" : type === "more" ? "dashed" : "filled";
    return `label=${quote(lines)}, style="${style}", fillcolor="${fill}", color="${border}"`;
  };
  return [
    "digraph tree {",
    `  graph [label=${quote([printable(options.title)])}, labelloc=t, fontname="sans-serif"];`,
    '  node [shape=box, fontname="monospace", fontsize=11];',
    '  edge [fontname="monospace", fontsize=10];',
    ...nodes.map((node) => `  n${node.index} [${attributes(node)}];`),
    ...nodes.flatMap(({ index, edges }) => edges.map(({ answer, to }) => `  n${index} -> n${to} [label="${answer}"];`)),
    "}",
    "",
  ].join("\n");
}
