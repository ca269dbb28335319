import { type ColumnStatistics, statisticNames } from "@flamenco/policies/wire";

/** How a threshold is written in the source of an LF. */
export interface ThresholdExpression {
  /** `1936.5`, `stats.bytes.p75`, `1.5 * stats.rtt.p50`, `stats.x.mean + 2 * stats.x.sd`. */
  readonly text: string;
  /** What it is worth on this dataset. */
  readonly value: number;
  readonly form: "statistic" | "literal";
}

/** Plain factors, and numbers of standard deviations, that read well in a rule. Earlier ones are preferred. */
const factors = [1, 0.5, 1.5, 2, 3] as const;
const deviations = [1, -1, 2, -2, 3] as const;
/** Share of the present values that may lie between a threshold and the statistic that stands for it. */
const TOLERATED_SHARE = 0.02;
const LITERAL_DIGITS = 6;
const LARGEST_LITERAL = 1e18;

/**
 * Statistics of a field near a threshold: at most 2 % of the values lie between the two. Plain ones first, then the nearest.
 * @param sorted values of the field that are there, rising.
 */
export function nearStatistics(
  field: string,
  threshold: number,
  statistics: ColumnStatistics,
  sorted: Float64Array,
): ThresholdExpression[] {
  const place = countAtMost(sorted, threshold);
  const expressions = writeStatistics(field, statistics).map((expression) => ({
    ...expression,
    drift: Math.abs(countAtMost(sorted, expression.value) - place) / Math.max(1, sorted.length),
    distance: Math.abs(expression.value - threshold),
  }));
  return expressions
    .filter(({ value, drift }) => Number.isFinite(value) && drift <= TOLERATED_SHARE)
    .sort((a, b) => a.rank - b.rank || a.drift - b.drift || a.distance - b.distance)
    .map(({ text, value, form }) => ({ text, value, form }));
}

function writeStatistics(field: string, own: ColumnStatistics): (ThresholdExpression & { rank: number })[] {
  const written: (ThresholdExpression & { rank: number })[] = [];
  const add = (text: string, value: number, rank: number) => written.push({ text, value, form: "statistic", rank });
  for (const name of statisticNames) {
    const value = own[name];
    if (name === "count" || name === "sd" || value === null) continue;
    for (const [rank, factor] of factors.entries()) {
      add(`${factor === 1 ? "" : `${factor} * `}stats.${field}.${name}`, factor * value, rank);
    }
  }
  const { mean, sd } = own;
  if (mean === null || sd === null) return written;
  for (const [rank, times] of deviations.entries()) {
    const size = `${Math.abs(times) === 1 ? "" : `${Math.abs(times)} * `}stats.${field}.sd`;
    add(`stats.${field}.mean ${times < 0 ? "-" : "+"} ${size}`, mean + times * sd, factors.length + rank);
  }
  return written;
}

/**
 * The shortest decimal that parts the values as the threshold does, the nearest to it among equally short ones; the
 * language takes at most six digits, so values that differ beyond those may change sides.
 * @returns undefined for a threshold that the language cannot write.
 */
export function writeLiteral(threshold: number, sorted: Float64Array): ThresholdExpression | undefined {
  const place = countAtMost(sorted, threshold);
  for (let digits = 1; digits <= LITERAL_DIGITS; digits++) {
    const value = Number(threshold.toPrecision(digits));
    if (digits < LITERAL_DIGITS && countAtMost(sorted, value) !== place) continue;
    const text = writeDecimal(value);
    return text === undefined ? undefined : { text, value, form: "literal" };
  }
  return undefined;
}

/** A plain decimal as the language wants it; undefined beyond its magnitude. Tiny numbers have no exponent either. */
function writeDecimal(value: number): string | undefined {
  const size = Math.abs(value);
  if (size > LARGEST_LITERAL) return undefined;
  if (size === 0) return "0";
  const text = size >= 1e-6 ? String(size) : trimZeros(size.toFixed(Math.min(100, 5 - Math.floor(Math.log10(size)))));
  return `${value < 0 ? "-" : ""}${text}`;
}

function trimZeros(text: string): string {
  return text.replace(/\.?0+$/, "");
}

/** Number of sorted values that are at most `limit`. */
function countAtMost(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
