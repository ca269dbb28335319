import { rttWindowSamples } from "@flamenco/policies/wire";
import { addTrailingWindows, quantileOf, type SplitPreset, splitByTime, windowFeatures } from "../preprocess/index.js";

/** Rows of several series, one after the other, as `rtt/1` has them. */
export interface RttRows {
  readonly rows: number;
  /** `rttMs` and the features of the trailing window. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly seriesOfRow: Int32Array;
  readonly series: number;
  /** Part of each row: 0 train, 1 validation, 2 test, by time within its series. */
  readonly parts: Uint8Array;
}

/** Join series, add trailing windows (§3.3.1) and split each by time. */
export function joinSeries(series: readonly Float64Array[], preset: SplitPreset): RttRows {
  const seriesOfRow = Int32Array.from(series.flatMap((values, index) => new Array<number>(values.length).fill(index)));
  const rttMs = Float64Array.from(series.flatMap((values) => [...values]));
  const windows = addTrailingWindows({ values: rttMs, segments: seriesOfRow, size: { rows: rttWindowSamples } });
  const columns = new Map<string, Float64Array>([["rttMs", rttMs]]);
  for (const feature of windowFeatures) columns.set(`window${feature}`, windows[feature]);
  const timesMs = Float64Array.from(rttMs.keys());
  const parts = splitByTime({ timesMs, preset, segments: seriesOfRow });
  return { rows: rttMs.length, columns, seriesOfRow, series: series.length, parts };
}

/** What classifiers and outlier detectors see of a row. */
export const learnedFeatures = ["rttMs", "windowMin", "windowMedian", "windowMax", "windowSd"] as const;

/**
 * Features in units of the row's own segment: distances from its median, in lengths from its 5th to its 95th percentile, taken over
 * training rows. Without that, rows of a long and of a short path cannot be learned from together.
 */
export function scaleFeatures({ columns, parts }: RttRows, segments: Int32Array): Map<string, Float64Array> {
  const rttMs = columns.get("rttMs")!;
  const scales = scaleOfSegments(rttMs, segments, parts);
  return new Map(
    learnedFeatures.map((name) => {
      const values = columns.get(name)!;
      const scaled = Float64Array.from(values, (value, row) => {
        const { middle, range } = scales.get(segments[row]!) ?? unknownScale;
        if (name === "windowSd") return (Number.isNaN(value) ? 0 : value) / range;
        return ((Number.isNaN(value) ? rttMs[row]! : value) - middle) / range;
      });
      return [name, scaled];
    }),
  );
}

interface SegmentScale {
  readonly middle: number;
  readonly range: number;
}

/** Of a segment without training rows. */
const unknownScale: SegmentScale = { middle: 0, range: 1 };

function scaleOfSegments(
  values: Float64Array,
  segments: Int32Array,
  parts: Uint8Array,
): ReadonlyMap<number, SegmentScale> {
  const known = new Map<number, number[]>();
  for (let row = 0; row < values.length; row++) {
    if (parts[row] !== 0) continue;
    const own = known.get(segments[row]!);
    if (own === undefined) known.set(segments[row]!, [values[row]!]);
    else own.push(values[row]!);
  }
  return new Map(
    [...known].map(([segment, own]) => {
      const sorted = Float64Array.from(own).sort();
      const range = quantileOf(sorted, 0.95) - quantileOf(sorted, 0.05);
      return [segment, { middle: quantileOf(sorted, 0.5), range: range > 0 ? range : 1 }];
    }),
  );
}
