import type { DensityCurve } from "./density.js";
import type { Modality } from "./modality.js";
import { quantileOf, sortFinite } from "./quantiles.js";

/** Room beyond an outer mode: at least so many bandwidths, at most so many or this share of the way between the outer modes. */
const LEAST_BANDWIDTHS = 4;
const MOST_BANDWIDTHS = 40;
const MOST_SHARE = 0.3;

/** The range in which all modes and nearly all values lie, with a little room: a long tail does not stretch it. */
export function rangeOfModes(values: Float64Array, { modes, curve }: Modality): [low: number, high: number] {
  const sorted = sortFinite(values);
  const [first, last] = [modes[0]!.at, modes[modes.length - 1]!.at];
  const bandwidth = curve?.bandwidth ?? 0;
  const least = LEAST_BANDWIDTHS * bandwidth;
  const most = Math.max(MOST_BANDWIDTHS * bandwidth, MOST_SHARE * (last - first));
  const low = first - Math.min(most, Math.max(least, first - quantileOf(sorted, 0.005)));
  const high = last + Math.min(most, Math.max(least, quantileOf(sorted, 0.995) - last));
  const margin = high > low ? 0.03 * (high - low) : Math.max(1, Math.abs(low) / 10);
  return [low - margin, high + margin];
}

/** A curve as few points: of each cell of the range the lowest and the highest, so that no peak and no valley is lost. */
export function thinCurve(
  { x, density }: DensityCurve,
  [low, high]: readonly [number, number],
  cells: number,
): [x: number, density: number][] {
  const points: [number, number][] = [];
  const width = (high - low) / cells;
  let [cell, lowest, highest] = [-1, -1, -1];
  const flush = (): void => {
    for (const point of new Set([Math.min(lowest, highest), Math.max(lowest, highest)])) {
      if (point >= 0) points.push([x[point]!, density[point]!]);
    }
  };
  for (let point = 0; point < x.length; point++) {
    if (x[point]! < low || x[point]! > high) continue;
    const own = Math.floor((x[point]! - low) / width);
    if (own !== cell) {
      flush();
      [cell, lowest, highest] = [own, point, point];
    } else if (density[point]! < density[lowest]!) lowest = point;
    else if (density[point]! > density[highest]!) highest = point;
  }
  flush();
  return points;
}
