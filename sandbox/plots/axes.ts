import { type ScaleLinear, scaleLinear } from "d3-scale";
import { palette } from "./palette.js";
import { element, type Markup, text } from "./svg.js";

/** The part of a drawing in which data are drawn, in pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export type Scale = ScaleLinear<number, number>;

export const horizontalScale = ({ left, right }: Frame, low: number, high: number): Scale =>
  scaleLinear().domain([low, high]).range([left, right]);

export const verticalScale = ({ top, bottom }: Frame, low: number, high: number): Scale =>
  scaleLinear().domain([low, high]).range([bottom, top]);

/** Axis below a frame: line, ticks with numbers, name. */
export function bottomAxis(frame: Frame, scale: Scale, name: string, ticks = 8): Markup {
  const { left, right, top, bottom } = frame;
  const format = scale.tickFormat(ticks);
  const marks = scale
    .ticks(ticks)
    .flatMap((value) => [
      element("line", { x1: scale(value), x2: scale(value), y1: top, y2: bottom, stroke: palette.grid }),
      element("line", { x1: scale(value), x2: scale(value), y1: bottom, y2: bottom + 5, stroke: palette.ink }),
      text(plainMinus(format(value)), scale(value), bottom + 18, { "text-anchor": "middle" }),
    ]);
  return element(
    "g",
    {},
    ...marks,
    element("line", { x1: left, x2: right, y1: bottom, y2: bottom, stroke: palette.ink }),
    text(name, (left + right) / 2, bottom + 36, { "text-anchor": "middle" }),
  );
}

/** Axis at the left of a frame: ticks with numbers, name on end. */
export function leftAxis(frame: Frame, scale: Scale, name: string, ticks = 6): Markup {
  const { left, right, top, bottom } = frame;
  const format = scale.tickFormat(ticks);
  const marks = scale
    .ticks(ticks)
    .flatMap((value) => [
      element("line", { x1: left, x2: right, y1: scale(value), y2: scale(value), stroke: palette.grid }),
      text(plainMinus(format(value)), left - 8, scale(value) + 4, { "text-anchor": "end" }),
    ]);
  const middle = (top + bottom) / 2;
  return element(
    "g",
    {},
    ...marks,
    element("line", { x1: left, x2: left, y1: top, y2: bottom, stroke: palette.ink }),
    text(name, 0, 0, { transform: `translate(16 ${Math.round(middle)}) rotate(-90)`, "text-anchor": "middle" }),
  );
}

/** Not every font has the minus sign that d3 writes. */
const plainMinus = (number: string): string => number.replace("\u2212", "-");

/** A column's name with its unit, as an axis is named. */
export const nameWithUnit = (name: string, unit: string): string => (unit === "" ? name : `${name} (${unit})`);

/** A value for people, to the precision that a plot of this width shows. */
export function formatValue(value: number, span: number): string {
  if (!(span > 0)) return String(Number(value.toPrecision(6)));
  const decimals = Math.min(8, Math.max(0, 3 - Math.ceil(Math.log10(span))));
  return Math.abs(value) >= 1e9 ? value.toPrecision(5) : value.toFixed(decimals);
}
