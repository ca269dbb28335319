import type { DecisionTree } from "@flamenco/policies/wire";
import { captionOf, type OutlineNode, outlineTree } from "./outline.js";
import { describeLeaves } from "./words.js";

/**
 * A decision as indented text, one node a line, for terminals. Shared branches are written once and pointed at.
 * The text ends without a line break.
 */
export function renderTreeText(tree: DecisionTree): string {
  const lines: string[] = [];
  const write = (node: OutlineNode, lead: string, branch: string, below: string): void => {
    const edge = node.edge === undefined ? "" : `${node.edge}: `;
    lines.push(`${lead}${branch}${edge}${captionOf(node)}`);
    for (const [index, child] of node.children.entries()) {
      const last = index === node.children.length - 1;
      write(child, `${lead}${below}`, last ? "└─ " : "├─ ", last ? "   " : "│  ");
    }
  };
  write(outlineTree(tree), "", "", "");
  const leaves = describeLeaves(tree);
  return [...lines, ...(leaves === undefined ? [] : ["", leaves])].join("\n");
}
