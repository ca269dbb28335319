import { FlamencoError } from "@flamenco/policies/errors";
import type { Samples } from "./classifier.js";
import { learningLimits } from "./limits.js";

/**
 * Sequences for an LSTM, one for each wanted row: the row and the ones before it within its segment, in time order, the row
 * itself last. Where fewer than `steps - 1` rows came before, the earliest is repeated at the front, so that every row has a
 * sequence and none mixes segments. A row without a time stands for itself at every step.
 * @param columns features by name, of equal length; NaN is missing
 * @param segments segment of each row; all are one where null
 * @param order time of each row in any unit; the rows' own order counts where null, and between equal times
 * @param steps rows of a sequence, at least 1
 * @param wanted numbers of the rows whose sequences are built, in this order; all where absent
 * @throws FLM_TOO_LARGE for more values than their ceiling
 */
export function buildSequences(
  columns: ReadonlyMap<string, Float64Array>,
  segments: Int32Array | null,
  order: Float64Array | null,
  steps: number,
  wanted?: Int32Array,
): Samples {
  const features = [...columns.keys()];
  const read = [...columns.values()];
  const count = read[0]?.length ?? 0;
  const rows = wanted?.length ?? count;
  const width = features.length;
  if (rows * steps * width > learningLimits.sampleValues) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `${rows} sequences of ${steps} steps of ${width} features are more than ${learningLimits.sampleValues} values. Take fewer rows, steps or features.`,
    );
  }
  const values = new Float64Array(rows * steps * width);
  const { sorted, place, first } = placeRows(count, segments, order);
  for (let index = 0; index < rows; index++) {
    const row = wanted?.[index] ?? index;
    for (let step = 0; step < steps; step++) {
      const source = sorted[Math.max(first[row]!, place[row]! - (steps - 1 - step))]!;
      const target = (index * steps + step) * width;
      for (let feature = 0; feature < width; feature++) values[target + feature] = read[feature]![source]!;
    }
  }
  return { rows, steps, features, values };
}

/** Rows in the order of sequences; of each row its place there, and the first place that its sequence may reach back to. */
function placeRows(rows: number, segments: Int32Array | null, order: Float64Array | null) {
  const sorted = sortRows(rows, segments, order);
  const place = new Int32Array(rows);
  const first = new Int32Array(rows);
  for (let index = 0, start = 0; index < rows; index++) {
    const row = sorted[index]!;
    if (index > 0 && !isSuccessor(sorted[index - 1]!, row, segments, order)) start = index;
    place[row] = index;
    first[row] = start;
  }
  return { sorted, place, first };
}

/** Rows by segment, then time, then their own order; rows without a time at the end of their segment. */
function sortRows(rows: number, segments: Int32Array | null, order: Float64Array | null): Int32Array {
  const sorted = Int32Array.from({ length: rows }, (_, row) => row);
  if (segments === null && order === null) return sorted;
  const timeOf = (row: number): number => order?.[row] ?? 0;
  return sorted.sort(
    (a, b) => (segments?.[a] ?? 0) - (segments?.[b] ?? 0) || compareTimes(timeOf(a), timeOf(b)) || a - b,
  );
}

/** Rising; infinite times are times, NaN comes last. */
function compareTimes(one: number, other: number): number {
  if (one === other) return 0;
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return one < other ? -1 : 1;
}

function isSuccessor(before: number, row: number, segments: Int32Array | null, order: Float64Array | null): boolean {
  return segments?.[before] === segments?.[row] && !Number.isNaN(order?.[before]) && !Number.isNaN(order?.[row]);
}
