import { scaleLinear } from "d3-scale";
import type { CorrelationMatrix } from "../preprocess/index.js";
import { palette } from "./palette.js";
import { drawing, element, type Markup, text } from "./svg.js";

const MOST_COLUMNS = 60;
const NAME_CHARACTERS = 26;
/** Width of a character at 12 pixels, at most. */
const CHARACTER_WIDTH = 7.4;
const NUMBER_CELL = 30;

/** A heat map of correlations with their numbers; of more than 60 columns the first 60. */
export function drawCorrelations({ method, names, values }: CorrelationMatrix, title = "Correlations"): string {
  const shown = names.slice(0, MOST_COLUMNS);
  const cell = Math.max(14, Math.min(46, Math.floor(640 / Math.max(1, shown.length))));
  const labels = shown.map(shorten);
  const margin = Math.max(110, 24 + CHARACTER_WIDTH * Math.max(0, ...labels.map(({ length }) => length)));
  const left = margin;
  const top = 60 + 0.75 * margin;
  const side = cell * shown.length;
  const width = Math.max(420, left + side + 0.6 * margin);
  const color = scaleLinear<string>()
    .domain([-1, 0, 1])
    .range([palette.vermilion, "#ffffff", palette.blue])
    .clamp(true);
  const cells = shown.flatMap((_, row) =>
    shown.flatMap((__, column) =>
      drawCell(values[row * names.length + column]!, left + column * cell, top + row * cell, cell, color),
    ),
  );
  const rows = labels.map((label, row) =>
    text(label, left - 8, top + (row + 0.5) * cell + 4, { "text-anchor": "end" }),
  );
  const columns = labels.map((label, column) =>
    text(label, 0, 0, {
      transform: `translate(${Math.round(left + (column + 0.5) * cell + 4)} ${Math.round(top - 8)}) rotate(-50)`,
    }),
  );
  const kind = method === "pearson" ? "Pearson's r" : "Spearman's rank correlation";
  const omitted = names.length > shown.length ? `; the first ${shown.length} of ${names.length} columns` : "";
  return drawing(Math.ceil(width), Math.ceil(top + side + 56), title, `${kind}${omitted}`, [
    text(title, 20, 26, { "font-size": 16, "font-weight": "bold" }),
    text(`${kind}${omitted}`, 20, 46, { fill: palette.quiet }),
    ...cells,
    ...rows,
    ...columns,
    ...drawLegend(left, top + side + 20, color),
  ]);
}

function shorten(name: string): string {
  return name.length > NAME_CHARACTERS ? `${name.slice(0, NAME_CHARACTERS - 1)}…` : name;
}

function drawCell(value: number, x: number, y: number, size: number, color: (value: number) => string): Markup[] {
  const known = !Number.isNaN(value);
  const rect = element("rect", {
    x,
    y,
    width: size,
    height: size,
    fill: known ? color(value) : "#f2f2f2",
    stroke: "#ffffff",
  });
  if (size < NUMBER_CELL) return [rect];
  const label = known ? formatCorrelation(value) : "-";
  const dark = Math.abs(value) > 0.6;
  return [
    rect,
    text(label, x + size / 2, y + size / 2 + 4, {
      "text-anchor": "middle",
      "font-size": size < 38 ? 9.5 : 11,
      fill: dark ? "#ffffff" : palette.ink,
    }),
  ];
}

/** Two decimals without the zero before the point: `.98`, `-.31`, `1`. */
function formatCorrelation(value: number): string {
  const rounded = value.toFixed(2);
  if (Math.abs(Number(rounded)) === 1) return String(Math.round(value));
  return rounded.replace(/^-0\.00$/, "0.00").replace("0.", ".");
}

function drawLegend(left: number, top: number, color: (value: number) => string): Markup[] {
  const steps = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];
  return steps.flatMap((value, index) => [
    element("rect", { x: left + index * 30, y: top, width: 30, height: 12, fill: color(value), stroke: palette.grid }),
    ...(index % 2 === 0
      ? [text(String(value), left + index * 30 + 15, top + 26, { "text-anchor": "middle", "font-size": 10 })]
      : []),
  ]);
}
