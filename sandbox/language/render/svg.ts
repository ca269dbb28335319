import type { DecisionTree } from "@flamenco/policies/wire";
import { type HierarchyPointNode, hierarchy, tree as treeLayout } from "d3-hierarchy";
import { captionOf, type OutlineNode, outlineTree } from "./outline.js";

type Placed = HierarchyPointNode<OutlineNode>;

/** Pixels. */
const size = Object.freeze({ row: 34, box: 24, gap: 64, margin: 20, title: 34, letter: 6.9, padding: 12, longest: 80 });

/** Fill and border of a label's leaves: tints that stay apart for color-blind readers (Okabe and Ito 2008). */
const palette: readonly (readonly [string, string])[] = [
  ["#fbdcc4", "#d55e00"],
  ["#cfe3f3", "#0072b2"],
  ["#cdeee2", "#009e73"],
  ["#f5dcea", "#cc79a7"],
  ["#fdf3c0", "#b39a00"],
  ["#d9effc", "#3a9bd1"],
  ["#fde7bf", "#c98500"],
  ["#e3dff5", "#6a5acd"],
];
const inconclusive = ["#ececec", "#9a9a9a"] as const;
const testColors = ["#ffffff", "#5b6770"] as const;

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeXml(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD").replace(/[&<>"']/g, (mark) => escapes[mark] ?? "");
}

function shorten(text: string): string {
  return text.length > size.longest ? `${text.slice(0, size.longest - 1)}…` : text;
}

const captionShown = (node: OutlineNode): string => shorten(captionOf(node));
const widthOf = (node: OutlineNode): number => Math.ceil(captionShown(node).length * size.letter) + 2 * size.padding;
const round = (value: number): number => Math.round(value * 10) / 10;

/**
 * A decision as a picture, root at the left, on a light background: tests with yes and no edges, leaves colored by label,
 * inconclusive grey. One self-contained SVG document: no script, no style sheet, no reference; every text is escaped.
 * Full conditions stand in tooltips where the picture shortens them.
 */
export function renderTreeSvg(tree: DecisionTree, options: { readonly title: string }): string {
  const root = treeLayout<OutlineNode>()
    .nodeSize([size.row, 1])
    .separation(() => 1)(hierarchy(outlineTree(tree), ({ children }) => children));
  const nodes = root.descendants();
  const lefts = columnLefts(nodes);
  const top = Math.min(...nodes.map(({ x }) => x));
  const yOf = (node: Placed): number => round(node.x - top + size.margin + size.title + size.box / 2);
  const xOf = (node: Placed): number => lefts[node.depth] ?? 0;
  const right = Math.max(
    ...nodes.map((node) => xOf(node) + widthOf(node.data)),
    options.title.length * 8.5 + size.margin,
  );
  const [width, height] = [
    Math.ceil(right + size.margin),
    Math.ceil(Math.max(...nodes.map(yOf)) + size.box / 2 + size.margin),
  ];
  const colors = colorsOf(tree);
  const title = escapeXml(options.title);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, 'DejaVu Sans Mono', monospace" font-size="11.5">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fbfbf9"/>`,
    `<text x="${size.margin}" y="${size.margin + 10}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="15" font-weight="600" fill="#22303a">${title}</text>`,
    ...root.links().map(({ source, target }) => edgeText(source, target, xOf, yOf)),
    ...nodes.map((node) => boxText(node.data, xOf(node), yOf(node), colors)),
    "</svg>",
  ].join("\n");
}

/** Left side of each level: as far right as the widest box before it needs. */
function columnLefts(nodes: readonly Placed[]): number[] {
  const widths: number[] = [];
  for (const { depth, data } of nodes) widths[depth] = Math.max(widths[depth] ?? 0, widthOf(data));
  let left: number = size.margin;
  return widths.map((width) => {
    const own = left;
    left += width + size.gap;
    return own;
  });
}

function colorsOf(tree: DecisionTree): ReadonlyMap<string, readonly [string, string]> {
  const labels = new Set(
    tree.nodes.flatMap((node) => (node.type === "leaf" && node.label !== null ? [node.label] : [])),
  );
  return new Map([...labels].sort().map((label, index) => [label, palette[index % palette.length] ?? inconclusive]));
}

type Coordinate = (node: Placed) => number;

function edgeText(source: Placed, target: Placed, xOf: Coordinate, yOf: Coordinate): string {
  const [x1, y1, x2, y2] = [xOf(source) + widthOf(source.data), yOf(source), xOf(target), yOf(target)];
  const bend = x2 - size.gap / 2;
  const color = target.data.edge === "yes" ? "#2e7d4f" : "#a33c3c";
  return (
    `<path d="M${x1} ${y1}H${bend - 12}C${bend} ${y1} ${bend - 12} ${y2} ${bend} ${y2}H${x2}" fill="none" stroke="${color}" stroke-opacity="0.7"/>` +
    `<text x="${x2 - 6}" y="${y2 - 4}" text-anchor="end" font-size="10" fill="${color}">${target.data.edge ?? ""}</text>`
  );
}

function boxText(
  node: OutlineNode,
  x: number,
  y: number,
  colors: ReadonlyMap<string, readonly [string, string]>,
): string {
  const [fill, border] = node.type === "leaf" ? (colors.get(node.leaf.label ?? "") ?? inconclusive) : testColors;
  const pointer = node.type === "reference" || node.type === "more";
  const width = widthOf(node);
  return (
    `<g><title>${escapeXml(captionOf(node))}</title>` +
    `<rect x="${x}" y="${y - size.box / 2}" width="${width}" height="${size.box}" rx="${node.type === "leaf" ? 12 : 4}" fill="${fill}" stroke="${border}"${pointer ? ' stroke-dasharray="3 3"' : ""}/>` +
    `<text x="${x + width / 2}" y="${y + 4}" text-anchor="middle" fill="#22303a">${escapeXml(captionShown(node))}</text></g>`
  );
}
