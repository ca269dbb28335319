import type { ColumnStatistics } from "@flamenco/policies/wire";

/** Value at a share in [0, 1] of a column. */
export type QuantileFunction = (share: number) => number;

/** Share of the rows in each tail that the percentiles do not describe. */
const tailShare = 0.05;
/** Ceiling of the tail's exponent; beyond it a sample of any size would hold no value of the tail at all. */
const steepest = 60;

type Knot = readonly [share: number, value: number];

/**
 * A column's quantile function from its statistics: piecewise linear through p5..p95 (inverse transform sampling), and a
 * tail `p95 + a * v^b` (mirrored below p5 when the mean lies low) whose `a` and `b` are solved so that mean and standard
 * deviation come out near the given ones. Noisy catalogs are accepted: percentiles are put in order, and what is missing
 * is left out. `undefined` when there is nothing to go by.
 */
export function quantileFunctionOf(statistics: ColumnStatistics): QuantileFunction | undefined {
  const knots = knotsOf(statistics);
  const [first, last] = [knots[0], knots.at(-1)];
  const { mean, sd } = statistics;
  if (first === undefined || last === undefined) {
    return mean === null ? undefined : (share) => mean + (sd ?? 0) * Math.sqrt(12) * (share - 0.5);
  }
  const nonNegative = first[1] >= 0;
  // A short linear tail on the side that carries less.
  const stepBelow = (knots[1]?.[1] ?? first[1]) - first[1];
  const stepAbove = last[1] - (knots.at(-2)?.[1] ?? last[1]);
  const floor = nonNegative ? Math.max(0, first[1] - stepBelow) : first[1] - stepBelow;
  const inside = momentsOf(knots);
  const withLow = addTail(inside, first[1], floor);
  const rest = mean === null ? 0 : mean - withLow.mean - tailShare * last[1];
  if (mean === null || rest >= 0) {
    const tail = solveTail(rest / tailShare, excessSquare({ mean, sd }, withLow, last[1], rest / tailShare));
    return assemble(knots, (v) => first[1] + (floor - first[1]) * v, tail && ((v) => last[1] + tail(v)));
  }
  const ceiling = last[1] + stepAbove;
  const withHigh = addTail(inside, last[1], ceiling);
  const below = Math.max(0, (withHigh.mean + tailShare * first[1] - mean) / tailShare);
  const tail = solveTail(below, excessSquare({ mean, sd }, withHigh, first[1], -below));
  const low = (v: number): number => first[1] - (tail?.(v) ?? 0);
  return assemble(
    knots,
    (v) => (nonNegative ? Math.max(0, low(v)) : low(v)),
    (v) => last[1] + (ceiling - last[1]) * v,
  );
}

/** The percentiles that are there, in order of share, values made non-decreasing. */
function knotsOf(statistics: ColumnStatistics): Knot[] {
  const { p5, p10, p25, p50, p75, p90, p95 } = statistics;
  const shares = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
  const values = [p5, p10, p25, p50, p75, p90, p95];
  const present = shares.filter((_share, index) => values[index] !== null);
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  return present.map((share, index) => [share, sorted[index] ?? 0]);
}

interface Moments {
  readonly mean: number;
  readonly square: number;
}

/** Contribution of the linear pieces to mean and mean square. */
function momentsOf(knots: readonly Knot[]): Moments {
  let [mean, square] = [0, 0];
  for (const [index, [share, value]] of knots.entries()) {
    const next = knots[index + 1];
    if (next === undefined) break;
    const weight = next[0] - share;
    mean += (weight * (value + next[1])) / 2;
    square += (weight * (value * value + value * next[1] + next[1] * next[1])) / 3;
  }
  return { mean, square };
}

function addTail({ mean, square }: Moments, from: number, to: number): Moments {
  return {
    mean: mean + (tailShare * (from + to)) / 2,
    square: square + (tailShare * (from * from + from * to + to * to)) / 3,
  };
}

/** Mean square of the tail's distance from its knot that the standard deviation asks for; NaN when it says nothing. */
function excessSquare(
  { mean, sd }: { readonly mean: number | null; readonly sd: number | null },
  known: Moments,
  knot: number,
  excess: number,
): number {
  if (mean === null || sd === null) return Number.NaN;
  return (sd * sd + mean * mean - known.square) / tailShare - knot * knot - 2 * knot * excess;
}

/**
 * `a * v^b` over uniform v with the given mean and mean square: mean = a/(b+1) and square = a²/(2b+1) give
 * b² + 2(1-r)b + (1-r) = 0 with r = square/mean². Without a usable square, a straight tail.
 */
function solveTail(mean: number, square: number): ((v: number) => number) | undefined {
  if (!(mean > 0) || !Number.isFinite(mean)) return undefined;
  const ratio = square / (mean * mean);
  const exact = ratio - 1 + Math.sqrt(ratio * (ratio - 1));
  const exponent = ratio > 1 && Number.isFinite(exact) ? Math.min(steepest, exact) : 1;
  const size = mean * (exponent + 1);
  return (v) => size * v ** exponent;
}

/** `low` and `high` take how far into the tail a share is, from 0 at the knot to 1 at the end. */
function assemble(knots: readonly Knot[], low: QuantileFunction, high: QuantileFunction | undefined): QuantileFunction {
  const [start, end] = [knots[0]?.[0] ?? 0, knots.at(-1)?.[0] ?? 1];
  return (share) => {
    if (share < start) return low((start - share) / start);
    if (share > end) return high?.((share - end) / (1 - end)) ?? knots.at(-1)?.[1] ?? 0;
    const at = Math.max(
      1,
      knots.findIndex(([bound]) => bound >= share),
    );
    const [from, to] = [knots[at - 1], knots[at]];
    if (from === undefined || to === undefined) return from?.[1] ?? 0;
    const part = (share - from[0]) / (to[0] - from[0]);
    return from[1] * (1 - part) + to[1] * part;
  };
}
