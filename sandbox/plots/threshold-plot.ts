import { line } from "d3-shape";
import { quantileOf, sortFinite, type Threshold, type ThresholdMethod } from "../preprocess/index.js";
import {
  bottomAxis,
  type Frame,
  formatValue,
  horizontalScale,
  leftAxis,
  nameWithUnit,
  type Scale,
  verticalScale,
} from "./axes.js";
import { countBars } from "./histogram.js";
import { palette } from "./palette.js";
import { coordinate, drawing, element, type Markup, text } from "./svg.js";

export interface ThresholdPlot {
  readonly values: Float64Array;
  readonly thresholds: readonly Threshold[];
  readonly column: string;
  readonly unit: string;
  readonly title?: string;
}

const WIDTH = 840;
const HEIGHT = 420;
const BARS = 80;
const CURVE_POINTS = 600;
const LABEL_HEIGHT = 14;

const styles: Readonly<
  Record<ThresholdMethod, { readonly color: string; readonly dash: string; readonly name: string }>
> = {
  tukey: { color: palette.vermilion, dash: "9 4", name: "Tukey" },
  sd: { color: palette.blue, dash: "2 3", name: "mean, sd" },
  mad: { color: palette.green, dash: "10 3 2 3", name: "median, MAD" },
  knee: { color: palette.purple, dash: "none", name: "knee" },
};

interface Bound {
  readonly method: ThresholdMethod;
  readonly at: number;
  readonly beyond: number;
}

/** The sorted values of a column, their histogram on its side, and the thresholds of each method, as SVG. */
export function drawThresholds({ values, thresholds, column, unit, title = column }: ThresholdPlot): string {
  const sorted = sortFinite(values);
  const bounds = thresholds.flatMap(({ method, low, high, below, above }): Bound[] => [
    ...(low === null ? [] : [{ method, at: low, beyond: below }]),
    ...(high === null ? [] : [{ method, at: high, beyond: above }]),
  ]);
  const [low, high] = chooseRange(sorted, bounds);
  const frame: Frame = { left: 78, right: 430, top: 64, bottom: HEIGHT - 56 };
  const side: Frame = { ...frame, left: 442, right: 550 };
  const y = verticalScale(frame, low, high);
  const x = horizontalScale(frame, 0, 100);
  const bars = countBars(sorted, low, high, BARS);
  const outside = bars.below + bars.above;
  const subtitle = `${sorted.length} values${outside === 0 ? "" : `; ${outside} beyond the plot`}`;
  return drawing(WIDTH, HEIGHT, title, `${subtitle}; ${thresholds.map(({ method }) => method).join(", ")}`, [
    text(title, frame.left, 26, { "font-size": 16, "font-weight": "bold" }),
    text(subtitle, frame.left, 46, { fill: palette.quiet }),
    bottomAxis(frame, x, "share of the values, sorted (%)", 5),
    leftAxis(frame, y, nameWithUnit(column, unit), 8),
    ...drawBars(bars.counts, low, bars.width, side, y),
    drawSorted(sorted, [low, high], x, y),
    ...drawBounds(bounds, [frame.left, side.right], y, (value) => formatValue(value, high - low)),
  ]);
}

/** Lengths of the box that a plot shows beyond its ends: a mean that outliers carry away would flatten all the rest. */
const SHOWN_BOXES = 8;

/** The range of nearly all values and of the thresholds that are not far away. */
function chooseRange(sorted: Float64Array, bounds: readonly Bound[]): [number, number] {
  const [q1, q3] = [quantileOf(sorted, 0.25), quantileOf(sorted, 0.75)];
  const reach = q3 > q1 ? SHOWN_BOXES * (q3 - q1) : Number.POSITIVE_INFINITY;
  const places = bounds.map(({ at }) => at).filter((at) => at >= q1 - reach && at <= q3 + reach);
  const low = Math.max(q1 - reach, Math.min(quantileOf(sorted, 0.005), ...places));
  const high = Math.min(q3 + reach, Math.max(quantileOf(sorted, 0.995), ...places));
  const margin = high > low ? 0.06 * (high - low) : Math.max(1, Math.abs(low) / 10);
  return [low - margin, high + margin];
}

function drawBars(counts: Int32Array, low: number, width: number, side: Frame, y: Scale): Markup[] {
  const longest = counts.reduce((most, count) => Math.max(most, count), 1);
  const bars = Array.from(counts, (count, bar) => {
    const top = y(low + (bar + 1) * width);
    const length = ((side.right - side.left) * count) / longest;
    return element("rect", {
      x: side.left,
      y: top,
      width: length,
      height: y(low + bar * width) - top,
      fill: palette.bar,
    });
  }).filter((_, bar) => counts[bar]! > 0);
  return [
    ...bars,
    element("line", { x1: side.left, x2: side.left, y1: side.top, y2: side.bottom, stroke: palette.ink }),
    text("histogram", (side.left + side.right) / 2, side.bottom + 18, { "text-anchor": "middle" }),
  ];
}

function drawSorted(sorted: Float64Array, [low, high]: [number, number], x: Scale, y: Scale): Markup {
  const count = Math.min(sorted.length, CURVE_POINTS);
  const points = Array.from({ length: count }, (_, point): [number, number] => {
    const index = Math.round((point * (sorted.length - 1)) / (count - 1));
    return [(100 * index) / (sorted.length - 1), sorted[index]!];
  }).filter(([, value]) => value >= low && value <= high);
  const trace = line<[number, number]>()
    .x(([at]) => Number(coordinate(x(at))))
    .y(([, value]) => Number(coordinate(y(value))));
  return element("path", { d: trace(points) ?? "", fill: "none", stroke: palette.ink, "stroke-width": 2 });
}

/** Lines across, and their labels at the right, moved apart where they would lie on each other. */
function drawBounds(
  bounds: readonly Bound[],
  [left, right]: [number, number],
  y: Scale,
  format: (value: number) => string,
): Markup[] {
  const sorted = [...bounds].sort((a, b) => b.at - a.at);
  const [low = 0, high = 0] = y.domain();
  const labels = spreadOut(sorted.map(({ at }) => y(Math.min(high, Math.max(low, at)))));
  return sorted.flatMap(({ method, at, beyond }, index) => {
    const { color, dash, name } = styles[method];
    const stroke = { stroke: color, "stroke-width": 1.6, "stroke-dasharray": dash };
    const label = labels[index]!;
    const off = at > high ? ", above the plot" : at < low ? ", below the plot" : "";
    const caption = text(`${name}: ${format(at)} (${beyond} beyond)${off}`, right + 18, label + 4, { "font-size": 11 });
    if (off !== "") return [caption];
    return [
      element("line", { x1: left, x2: right, y1: y(at), y2: y(at), ...stroke }),
      element("line", { x1: right, x2: right + 14, y1: y(at), y2: label, ...stroke }),
      caption,
    ];
  });
}

/** Rising places at least a line's height apart, each near its own. */
function spreadOut(places: readonly number[]): number[] {
  const spread = [...places];
  for (let round = 0; round < 50; round++) {
    for (let index = 1; index < spread.length; index++) {
      const overlap = LABEL_HEIGHT - (spread[index]! - spread[index - 1]!);
      if (overlap <= 0) continue;
      spread[index - 1]! -= overlap / 2;
      spread[index]! += overlap / 2;
    }
  }
  return spread;
}
