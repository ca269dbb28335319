import { type ScaleBand, scaleBand } from "d3-scale";
import { type Frame, leftAxis, type Scale, verticalScale } from "./axes.js";
import { palette } from "./palette.js";
import { drawing, element, type Markup, text } from "./svg.js";

/** A bar and the ends of the interval that is drawn over it; `null` where there is no number. */
export interface Bar {
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
}

export interface BarPlot {
  readonly title: string;
  /** Name of the axis of values. */
  readonly axis: string;
  /** Names under the groups of bars. */
  readonly groups: readonly string[];
  /** `bars[group]`. A hollow one is drawn as an outline in the color of the next that is none: numbers from elsewhere, to compare. */
  readonly series: readonly { readonly name: string; readonly hollow?: boolean; readonly bars: readonly Bar[] }[];
}

const HEIGHT = 400;
const GROUP_WIDTH = 150;
const LEGEND_WIDTH = 190;
const colors = [palette.blue, palette.orange, palette.green, palette.purple, palette.sky, palette.vermilion] as const;

/** Bars of shares, 0..1, in groups, each with its number and, where there is one, its interval. */
export function drawBars({ title, axis, groups, series }: BarPlot): string {
  const barsWidth = Math.max(360, GROUP_WIDTH * groups.length);
  const frame: Frame = { left: 70, right: 70 + barsWidth, top: 56, bottom: HEIGHT - 50 };
  const width = frame.right + LEGEND_WIDTH;
  const y = verticalScale(frame, 0, 1);
  const group = scaleBand<number>()
    .domain([...groups.keys()])
    .range([frame.left, frame.right])
    .padding(0.18);
  const place = scaleBand<number>()
    .domain([...series.keys()])
    .range([0, group.bandwidth()])
    .padding(0.08);
  const styles = series.map(({ hollow = false }, index) => {
    const solidBefore = series.slice(0, index).filter((one) => one.hollow !== true).length;
    return styleOf(solidBefore, hollow);
  });
  return drawing(
    width,
    HEIGHT,
    title,
    `${axis} of ${groups.join(", ")}: ${series.map(({ name }) => name).join(", ")}`,
    [
      text(title, frame.left, 28, { "font-size": 16, "font-weight": "bold" }),
      leftAxis(frame, y, axis, 5),
      ...series.flatMap(({ bars }, index) =>
        bars.flatMap((bar, at) => drawBar(bar, (group(at) ?? 0) + (place(index) ?? 0), place, y, styles[index]!)),
      ),
      element("line", { x1: frame.left, x2: frame.right, y1: y(0), y2: y(0), stroke: palette.ink }),
      ...groups.map((name, at) =>
        text(name, (group(at) ?? 0) + group.bandwidth() / 2, frame.bottom + 20, { "text-anchor": "middle" }),
      ),
      ...series.flatMap(({ name }, index) => drawKey(name, frame, index, styles[index]!)),
    ],
  );
}

interface Style {
  readonly fill: string;
  readonly stroke: string;
  readonly dash: string | undefined;
}

const styleOf = (index: number, hollow: boolean): Style => {
  const color = colors[index % colors.length]!;
  return { fill: hollow ? "#ffffff" : color, stroke: color, dash: hollow ? "3 2" : undefined };
};

function drawBar({ value, interval }: Bar, x: number, place: ScaleBand<number>, y: Scale, style: Style): Markup[] {
  const width = place.bandwidth();
  const middle = x + width / 2;
  if (value === null) return [text("-", middle, y(0) - 4, { "text-anchor": "middle", fill: palette.quiet })];
  const top = Math.min(y(value), y(interval?.[1] ?? value));
  return [
    element("rect", {
      x,
      y: y(value),
      width,
      height: y(0) - y(value),
      fill: style.fill,
      stroke: style.stroke,
      "stroke-width": 1.5,
      "stroke-dasharray": style.dash,
    }),
    ...(interval === null
      ? []
      : [element("line", { x1: middle, x2: middle, y1: y(interval[0]), y2: y(interval[1]), stroke: palette.ink })]),
    text(formatShare(value), middle, top - 5, { "text-anchor": "middle", "font-size": 10 }),
  ];
}

/** Three decimals without the zero before the point. */
const formatShare = (value: number): string => value.toFixed(3).replace(/^0/, "");

function drawKey(name: string, { right, top }: Frame, index: number, { fill, stroke, dash }: Style): Markup[] {
  const [x, y] = [right + 18, top + 8 + 22 * index];
  return [
    element("rect", { x, y, width: 14, height: 14, fill, stroke, "stroke-width": 1.5, "stroke-dasharray": dash }),
    text(name, x + 22, y + 12),
  ];
}
