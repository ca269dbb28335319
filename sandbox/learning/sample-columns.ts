import type { Samples } from "./classifier.js";

/**
 * Each feature's values on some rows, one array a feature. Of sequences it is the last step, the row itself: trees and forest
 * learn from rows, not from what came before them.
 */
export function columnsOf({ steps, features, values }: Samples, rows: Int32Array): Map<string, Float64Array> {
  const width = features.length;
  const columns = features.map((name, feature) => {
    const column = new Float64Array(rows.length);
    const offset = (steps - 1) * width + feature;
    for (let index = 0; index < rows.length; index++) column[index] = values[rows[index]! * steps * width + offset]!;
    return [name, column] as const;
  });
  return new Map(columns);
}

/** 0, 1, ... count - 1. */
export function countUp(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}
