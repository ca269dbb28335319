import type { DecisionTree } from "@flamenco/policies/wire";
import { type HierarchyPointNode, hierarchy, tree as treeLayout } from "d3-hierarchy";
import { captionOf, type OutlineNode, outlineTree } from "./outline.js";
import { labelColors, type NodeColors, testColors } from "./palette.js";
import { describeLeaves } from "./words.js";
import { escapeXml } from "./xml-text.js";

type Placed = HierarchyPointNode<OutlineNode>;

/** Pixels, and letters of the longest text that a box shows. */
const size = Object.freeze({
  box: 40,
  level: 92,
  gap: 22,
  margin: 22,
  title: 44,
  letter: 7,
  padding: 12,
  narrowest: 84,
  longest: 44,
});

const MOST_SUBTITLE_LETTERS = 160;

const shorten = (text: string, longest: number = size.longest): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
const round = (value: number): number => Math.round(value * 10) / 10;

function widthOf(node: OutlineNode): number {
  const letters = Math.max(shorten(node.words()).length, shorten(node.lf ?? "").length * 0.87);
  return Math.max(size.narrowest, Math.ceil(letters * size.letter) + 2 * size.padding);
}

/**
 * A decision as a picture, root on top, on a light background: tests with yes and no edges, leaves colored by label,
 * inconclusive grey. One self-contained SVG document: no script, no style sheet, no reference; every text is escaped.
 * Full conditions stand in tooltips where the picture shortens them.
 */
export function renderTreeSvg(tree: DecisionTree, options: { readonly title: string }): string {
  const outlined = hierarchy(outlineTree(tree), ({ children }) => children);
  // Boxes differ in width: one pixel of layout is one pixel, and neighbors keep half of each width and a gap apart.
  const root = treeLayout<OutlineNode>()
    .nodeSize([1, size.level])
    .separation((one, other) => (widthOf(one.data) + widthOf(other.data)) / 2 + size.gap)(outlined);
  const nodes = root.descendants();
  const left = Math.min(...nodes.map(({ x, data }) => x - widthOf(data) / 2));
  const right = Math.max(...nodes.map(({ x, data }) => x + widthOf(data) / 2));
  const subtitleWidth = Math.min(MOST_SUBTITLE_LETTERS, (describeLeaves(tree) ?? "").length) * 6.2;
  const width = Math.ceil(Math.max(right - left, options.title.length * 8.5, subtitleWidth) + 2 * size.margin);
  const height = Math.ceil(root.height * size.level + size.box + size.title + 2 * size.margin);
  const place = ({ x, y }: Placed): Point => ({
    x: round(x - left + size.margin),
    y: round(y + size.margin + size.title),
  });
  const colors = labelColors(tree);
  const leaves = describeLeaves(tree);
  const subtitle =
    leaves === undefined
      ? []
      : [
          `<text x="${size.margin}" y="${size.margin + 28}" text-anchor="start" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="11.5" fill="#6b7780">${escapeXml(shorten(leaves, MOST_SUBTITLE_LETTERS))}</text>`,
        ];
  const title = escapeXml(options.title);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, 'DejaVu Sans Mono', monospace" font-size="11.5" text-anchor="middle">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fbfbf9"/>`,
    `<text x="${size.margin}" y="${size.margin + 10}" text-anchor="start" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="15" font-weight="600" fill="#22303a">${title}</text>`,
    ...subtitle,
    ...root.links().map(({ source, target }) => edgeText(place(source), place(target), target.data.edge)),
    ...nodes.map((node) => boxText(node.data, place(node), colors)),
    "</svg>",
  ].join("\n");
}

/** Middle of a box's upper side. */
interface Point {
  readonly x: number;
  readonly y: number;
}

function edgeText(source: Point, target: Point, edge: OutlineNode["edge"]): string {
  const color = edge === "missing" ? "#7a7a7a" : edge?.startsWith("yes") ? "#2e7d4f" : "#a33c3c";
  const from = source.y + size.box;
  const bend = round((from + target.y) / 2);
  const aside = 4 + (edge ?? "").length * 3.4;
  return (
    `<path d="M${source.x} ${from}C${source.x} ${bend} ${target.x} ${bend} ${target.x} ${target.y}" fill="none" stroke="${color}" stroke-opacity="0.75" stroke-width="1.4"/>` +
    `<text x="${round(target.x + (target.x < source.x ? -aside : aside))}" y="${target.y - 8}" font-size="10.5" fill="${color}">${edge ?? ""}</text>`
  );
}

function boxText(node: OutlineNode, { x, y }: Point, colors: (label: string | null) => NodeColors): string {
  const [fill, border] = node.type === "leaf" ? colors(node.label) : testColors;
  const pointer = node.type === "reference" || node.type === "more";
  const width = widthOf(node);
  const first = node.lf === undefined ? y + size.box / 2 + 4 : y + 17;
  const second =
    node.lf === undefined
      ? ""
      : `<text x="${x}" y="${y + 31}" font-size="10" fill="#6b7780">${escapeXml(shorten(node.lf))}</text>`;
  return (
    `<g><title>${escapeXml(captionOf(node))}</title>` +
    `<rect x="${round(x - width / 2)}" y="${y}" width="${width}" height="${size.box}" rx="${node.type === "leaf" ? 14 : 4}" fill="${fill}" stroke="${border}"${pointer ? ' stroke-dasharray="3 3"' : ""}/>` +
    `<text x="${x}" y="${first}" fill="#22303a">${escapeXml(shorten(node.words()))}</text>${second}</g>`
  );
}
