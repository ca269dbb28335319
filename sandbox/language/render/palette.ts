import type { DecisionTree } from "@flamenco/policies/wire";

/** Fill and border. */
export type NodeColors = readonly [fill: string, border: string];

/** Fill and border of a label's leaves: tints that stay apart for color-blind readers (Okabe and Ito 2008). */
const palette: readonly NodeColors[] = [
  ["#fbdcc4", "#d55e00"],
  ["#cfe3f3", "#0072b2"],
  ["#cdeee2", "#009e73"],
  ["#f5dcea", "#cc79a7"],
  ["#fdf3c0", "#b39a00"],
  ["#d9effc", "#3a9bd1"],
  ["#fde7bf", "#c98500"],
  ["#e3dff5", "#6a5acd"],
];
const inconclusive: NodeColors = ["#ececec", "#9a9a9a"];
export const testColors: NodeColors = ["#ffffff", "#5b6770"];

/** Colors of the leaves of a tree by their label; labels have theirs in alphabetical order. */
export function labelColors(tree: DecisionTree): (label: string | null) => NodeColors {
  const labels = new Set(
    tree.nodes.flatMap((node) => (node.type === "leaf" && node.label !== null ? [node.label] : [])),
  );
  const colors = new Map([...labels].sort().map((label, index) => [label, palette[index % palette.length]]));
  return (label) => (label === null ? undefined : colors.get(label)) ?? inconclusive;
}
