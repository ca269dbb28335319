import { scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { type Frame, leftAxis, verticalScale } from "./axes.js";
import { palette } from "./palette.js";
import { drawing, element, type Markup, text } from "./svg.js";

/** One line of a plot: its points in order, with how far they spread. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly spread: number }[];
  /** What the line comes to in the limit, drawn as a dotted line. */
  readonly limit: number;
}

export interface LinePlot {
  readonly title: string;
  readonly subtitle: string;
  readonly xName: string;
  readonly yName: string;
  /** Values of x that stand below the axis, which is logarithmic. */
  readonly ticks: readonly number[];
  readonly series: readonly Series[];
}

const WIDTH = 840;
const HEIGHT = 440;
const LEGEND_LINE = 44;
/** Told by dash and by color. */
const styles = [
  { color: palette.blue, dash: "none" },
  { color: palette.vermilion, dash: "9 4" },
  { color: palette.green, dash: "3 3" },
  { color: palette.purple, dash: "10 3 2 3" },
] as const;

/** Lines over a logarithmic axis, at most four, each with its spread and its limit, as SVG. */
export function drawLines({ title, subtitle, xName, yName, ticks, series }: LinePlot): string {
  const frame: Frame = { left: 78, right: 590, top: 64, bottom: HEIGHT - 56 };
  const all = series.flatMap(({ points, limit }) => [
    limit,
    ...points.flatMap(({ y, spread }) => [y - spread, y + spread]),
  ]);
  const y = verticalScale(frame, Math.min(...all), Math.max(...all)).nice();
  const x = scaleLog()
    .domain([Math.min(...ticks), Math.max(...ticks)])
    .range([frame.left, frame.right]);
  const marks = ticks.flatMap((tick) => [
    element("line", { x1: x(tick), x2: x(tick), y1: frame.top, y2: frame.bottom, stroke: palette.grid }),
    text(String(tick), x(tick), frame.bottom + 18, { "text-anchor": "middle" }),
  ]);
  return drawing(WIDTH, HEIGHT, title, subtitle, [
    text(title, frame.left, 26, { "font-size": 16, "font-weight": "bold" }),
    text(subtitle, frame.left, 46, { fill: palette.quiet }),
    ...marks,
    element("line", { x1: frame.left, x2: frame.right, y1: frame.bottom, y2: frame.bottom, stroke: palette.ink }),
    text(xName, (frame.left + frame.right) / 2, frame.bottom + 36, { "text-anchor": "middle" }),
    leftAxis(frame, y, yName),
    ...series.flatMap((one, index) => drawSeries(one, index, frame, x, y)),
  ]);
}

function drawSeries(
  { name, points, limit }: Series,
  index: number,
  frame: Frame,
  x: (value: number) => number,
  y: (value: number) => number,
): Markup[] {
  const { color, dash } = styles[index % styles.length]!;
  const path = line<(typeof points)[number]>()
    .x((point) => x(point.x))
    .y((point) => y(point.y));
  const stroke = { stroke: color, fill: "none", "stroke-width": 2, "stroke-dasharray": dash };
  const legend = frame.top + 12 + index * LEGEND_LINE;
  return [
    element("path", { d: path([...points]) ?? "", ...stroke }),
    ...points.map((point) =>
      element("line", {
        x1: x(point.x),
        x2: x(point.x),
        y1: y(point.y - point.spread),
        y2: y(point.y + point.spread),
        stroke: color,
      }),
    ),
    element("line", {
      x1: frame.left,
      x2: frame.right,
      y1: y(limit),
      y2: y(limit),
      stroke: color,
      "stroke-dasharray": "1 4",
    }),
    element("line", { x1: frame.right + 16, x2: frame.right + 52, y1: legend, y2: legend, ...stroke }),
    text(name, frame.right + 60, legend + 4),
    text(`without noise ${limit.toFixed(3)}`, frame.right + 60, legend + 20, { fill: palette.quiet }),
  ];
}
