import type { DecisionTree } from "@flamenco/policies/wire";
import { graphTree } from "./graph.js";
import { labelColors, testColors } from "./palette.js";
import { printable } from "./words.js";

/**
 * A text between quotes. Mermaid has no escape but entity codes (`#34;`), and reads comments, directives, Markdown and HTML
 * even inside of quotes; so everything but letters, digits and harmless marks is written as its code.
 */
function quote(lines: readonly string[]): string {
  const code = (mark: string): string => `#${mark.codePointAt(0)};`;
  return `"${lines.map((line) => line.replace(/[^A-Za-z0-9 .,:+=()/-]/gu, code)).join("<br/>")}"`;
}

/** A decision as a Mermaid flowchart, which code hosts and many editors draw: every node once. */
export function renderTreeMermaid(tree: DecisionTree, options: { readonly title: string }): string {
  const colors = labelColors(tree);
  const nodes = graphTree(tree);
  const style = ({ index, type, label }: (typeof nodes)[number]): string => {
    const [fill, border] = type === "leaf" ? colors(label) : testColors;
    return `  style n${index} fill:${fill},stroke:${border},color:#22303a`;
  };
  return [
    `%% ${printable(options.title).replace(/[^A-Za-z0-9 .,:+=()/-]/gu, "_")}`,
    "flowchart TD",
    ...nodes.map(
      ({ index, type, lines }) => `  n${index}${type === "leaf" ? `([${quote(lines)}])` : `[${quote(lines)}]`}`,
    ),
    ...nodes.flatMap(({ index, edges }) => edges.map(({ answer, to }) => `  n${index} -->|"${answer}"| n${to}`)),
    ...nodes.map(style),
    "",
  ].join("\n");
}
