import { type CurveFactory, curveLinear, curveStepBefore, line } from "d3-shape";
import { bottomAxis, type Frame, horizontalScale, leftAxis, type Scale, verticalScale } from "./axes.js";
import { palette } from "./palette.js";
import { coordinate, drawing, element, type Markup, text } from "./svg.js";

export interface RankingPlot {
  readonly title: string;
  /** Below the title: rows, label. */
  readonly subtitle: string;
  /** Points from the highest threshold to the lowest. */
  readonly recall: Float64Array;
  readonly falseAlarms: Float64Array;
  readonly precision: Float64Array;
  /** Share of the label's rows among all: precision of a guess. */
  readonly baseRate: number;
  /** Areas under the curves, as texts. */
  readonly rocAuc: string;
  readonly prAuc: string;
}

const HALF = 400;
const HEIGHT = 420;
/** Of each half. */
const frame: Frame = { left: 62, right: HALF - 18, top: 92, bottom: HEIGHT - 52 };
/** More are not seen. */
const MOST_POINTS = 400;

/** ROC and precision-recall curves beside each other, each with what guessing gives. The same input gives the same bytes. */
export function drawRanking(plot: RankingPlot): string {
  const { title, subtitle, recall, falseAlarms, precision, baseRate, rocAuc, prAuc } = plot;
  const roc: Curve = {
    heading: `ROC, area ${rocAuc}`,
    axes: ["false alarms", "recall"],
    xs: [0, ...falseAlarms],
    ys: [0, ...recall],
    guess: [0, 1],
    join: curveLinear,
  };
  const pr: Curve = {
    heading: `Precision by recall, area ${prAuc}`,
    axes: ["recall", "precision"],
    xs: [0, ...recall],
    ys: [precision[0] ?? 0, ...precision],
    guess: [baseRate, baseRate],
    // Between two thresholds lies no precision: the area is that of steps.
    join: curveStepBefore,
  };
  return drawing(2 * HALF, HEIGHT, title, `${subtitle}; ROC AUC ${rocAuc}, PR AUC ${prAuc}`, [
    text(title, frame.left, 26, { "font-size": 16, "font-weight": "bold" }),
    text(subtitle, frame.left, 46, { fill: palette.quiet }),
    element("g", {}, ...drawCurve(roc)),
    element("g", { transform: `translate(${HALF} 0)` }, ...drawCurve(pr)),
  ]);
}

interface Curve {
  readonly heading: string;
  /** Names of the axis below and of that at the left. */
  readonly axes: readonly [string, string];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** Heights at both ends of the line of guessing. */
  readonly guess: readonly [number, number];
  readonly join: CurveFactory;
}

function drawCurve({ heading, axes, xs, ys, guess, join }: Curve): Markup[] {
  const x = horizontalScale(frame, 0, 1);
  const y = verticalScale(frame, 0, 1);
  const dashed = { stroke: palette.quiet, "stroke-dasharray": "4 4" };
  return [
    text(heading, frame.left, frame.top - 14, { "font-weight": "bold" }),
    bottomAxis(frame, x, axes[0], 5),
    leftAxis(frame, y, axes[1], 5),
    element("line", { x1: x(0), x2: x(1), y1: y(guess[0]), y2: y(guess[1]), ...dashed }),
    text("guessing", frame.right - 4, y((guess[0] + guess[1]) / 2) - 6, { "text-anchor": "end", fill: palette.quiet }),
    element("path", { d: pathOf(xs, ys, x, y, join), fill: "none", stroke: palette.blue, "stroke-width": 1.8 }),
  ];
}

/** Of very many points evenly spread ones are joined, the ends among them. */
function pathOf(xs: readonly number[], ys: readonly number[], x: Scale, y: Scale, join: CurveFactory): string {
  const stride = Math.max(1, Math.ceil((xs.length - 1) / MOST_POINTS));
  const kept = [...xs.keys()].filter((index) => index % stride === 0 || index === xs.length - 1);
  const trace = line<number>()
    .x((index) => Number(coordinate(x(xs[index]!))))
    .y((index) => Number(coordinate(y(ys[index]!))))
    .curve(join);
  return trace(kept) ?? "";
}
