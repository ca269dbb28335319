import { area, line } from "d3-shape";
import { type DensityCurve, type Modality, rangeOfModes, thinCurve } from "../preprocess/index.js";
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

export interface ModalityPlot {
  /** Values of the column, as they were given to `detectModes`. */
  readonly values: Float64Array;
  readonly modality: Modality;
  readonly column: string;
  /** Unit of the column, or empty. */
  readonly unit: string;
  /** Above the plot; the column's name when absent. */
  readonly title?: string;
  /** Height that a peak had to have, as a share of the highest. */
  readonly minPeak?: number;
}

const WIDTH = 760;
const LEAST_BARS = 30;
const MOST_BARS = 120;
const CURVE_POINTS = 340;
const LINE_HEIGHT = 17;
const LISTED_MODES = 12;

/** Histogram, density, numbered modes and split points of a column, as SVG. The same input gives the same bytes. */
export function drawModality({ values, modality, column, unit, title = column, minPeak = 0.1 }: ModalityPlot): string {
  const { modes, splits, curve } = modality;
  const listed = modes.slice(0, LISTED_MODES);
  const lines = Math.ceil(listed.length / 3) + 1;
  const height = 380 + lines * LINE_HEIGHT;
  const frame: Frame = { left: 72, right: WIDTH - 20, top: 64, bottom: 300 };
  const [low, high] = rangeOfModes(values, modality);
  const barCount = Math.min(MOST_BARS, Math.max(LEAST_BARS, Math.round(2 * Math.sqrt(modality.values))));
  const bars = countBars(values, low, high, barCount);
  const scaleOfBar = 1 / (modality.values * bars.width);
  const x = horizontalScale(frame, low, high);
  const highest = Math.max(...bars.counts.map((_, bar) => bars.counts[bar]!)) * scaleOfBar;
  const peak = Math.max(0, ...modes.map((mode) => (Number.isFinite(mode.height) ? mode.height : 0)));
  const top = Math.max(highest, peak);
  const y = verticalScale(frame, 0, top * 1.08);
  const format = (value: number): string => formatValue(value, high - low);
  const outside = bars.below + bars.above;
  const count = modes.length === 1 ? "1 mode" : `${modes.length} modes`;
  const width =
    curve === null
      ? "all values are equal"
      : `bandwidth ${Number(curve.bandwidth.toPrecision(3))}${unit === "" ? "" : ` ${unit}`}`;
  const beyond = outside === 0 ? "" : `; ${outside} beyond the plot`;
  const subtitle = `${count} in ${modality.values} values, ${width}${beyond}`;
  const legend = listed.map(({ at, values: own }, index) => {
    const share = ((100 * own) / modality.values).toFixed(1);
    return text(
      `${index + 1}: ${format(at)}${unit === "" ? "" : ` ${unit}`}, ${share} % of values`,
      frame.left + (index % 3) * 226,
      362 + Math.floor(index / 3) * LINE_HEIGHT,
    );
  });
  const places = Array.from(splits, format).join(", ");
  const more = modes.length > LISTED_MODES ? ` (and ${modes.length - LISTED_MODES} more modes)` : "";
  const splitLine = splits.length === 0 ? "no split" : `split at ${places}`;
  return drawing(WIDTH, height, title, `${subtitle}; ${splitLine}`, [
    text(title, frame.left, 26, { "font-size": 16, "font-weight": "bold" }),
    text(subtitle, frame.left, 46, { fill: palette.quiet }),
    bottomAxis(frame, x, nameWithUnit(column, unit)),
    leftAxis(frame, y, unit === "" ? "density" : `density (1/${unit})`),
    ...drawBars(bars.counts, scaleOfBar, bars, x, y),
    ...(curve === null ? [] : drawCurve(curve, [low, high], x, y, minPeak * peak)),
    ...Array.from(splits, (split) => drawSplit(x(split), frame)),
    ...listed.map((mode, index) => drawMode(x(mode.at), y(Math.min(mode.height, top)), index + 1)),
    ...legend,
    text(`${splitLine}${more}`, frame.left, 362 + (lines - 1) * LINE_HEIGHT, { fill: palette.vermilion }),
  ]);
}

function drawBars(
  counts: Int32Array,
  scaleOfBar: number,
  { low, width }: { readonly low: number; readonly width: number },
  x: Scale,
  y: Scale,
): Markup[] {
  return Array.from(counts, (count, bar) => ({ count, start: low + bar * width }))
    .filter(({ count }) => count > 0)
    .map(({ count, start }) =>
      element("rect", {
        x: x(start),
        y: y(count * scaleOfBar),
        width: x(start + width) - x(start),
        height: y(0) - y(count * scaleOfBar),
        fill: palette.bar,
        stroke: "#ffffff",
        "stroke-width": 0.5,
      }),
    );
}

function drawCurve(curve: DensityCurve, [low, high]: [number, number], x: Scale, y: Scale, least: number): Markup[] {
  const points = thinCurve(curve, [low, high], CURVE_POINTS);
  const trace = line<[number, number]>()
    .x(([at]) => Number(coordinate(x(at))))
    .y(([, height]) => Number(coordinate(y(height))));
  const under = area<[number, number]>()
    .x(([at]) => Number(coordinate(x(at))))
    .y0(Number(coordinate(y(0))))
    .y1(([, height]) => Number(coordinate(y(height))));
  return [
    element("path", { d: under(points) ?? "", fill: palette.blue, "fill-opacity": "0.12" }),
    element("path", { d: trace(points) ?? "", fill: "none", stroke: palette.blue, "stroke-width": 1.8 }),
    element("line", {
      x1: x(low),
      x2: x(high),
      y1: y(least),
      y2: y(least),
      stroke: palette.quiet,
      "stroke-dasharray": "2 4",
    }),
    text("least height of a peak", x(high) - 4, y(least) - 4, {
      "text-anchor": "end",
      fill: palette.quiet,
      "font-size": 10,
      stroke: "#ffffff",
      "stroke-width": 3,
      "paint-order": "stroke",
    }),
  ];
}

function drawSplit(x: number, { top, bottom }: Frame): Markup {
  return element("line", {
    x1: x,
    x2: x,
    y1: top,
    y2: bottom,
    stroke: palette.vermilion,
    "stroke-width": 1.5,
    "stroke-dasharray": "7 4",
  });
}

function drawMode(x: number, y: number, number: number): Markup {
  return element(
    "g",
    {},
    element("circle", { cx: x, cy: y, r: 8, fill: "#ffffff", stroke: palette.blue, "stroke-width": 1.5 }),
    text(String(number), x, y + 4, { "text-anchor": "middle", "font-size": 11, "font-weight": "bold" }),
  );
}
