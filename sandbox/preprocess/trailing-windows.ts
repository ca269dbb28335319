import { FlamencoError } from "@flamenco/policies/errors";
import { preprocessLimits } from "./limits.js";
import { momentsOf, quantileOf } from "./quantiles.js";

/** Features of a trailing window, in the order of the kind `rtt/1`. */
export const windowFeatures = ["Count", "Min", "Mean", "Sd", "Q1", "Median", "Q3", "Max"] as const;
export type WindowFeature = (typeof windowFeatures)[number];

/** Last `rows` values, or those of the last `seconds`, the row's own included. */
export type WindowSize = { readonly rows: number } | { readonly seconds: number };

export interface TrailingWindowInput {
  /** NaN is a lost probe: no window counts it, and it has a window of the values before it. */
  readonly values: Float64Array;
  /** Segment (source-destination pair) of each row; all are one where absent. */
  readonly segments?: Int32Array;
  /** Milliseconds; the file's order counts where absent, and between equal times. */
  readonly timesMs?: Float64Array;
  readonly size: WindowSize;
}

/**
 * Feature augmentation (§3.3.1; tsfresh's eight in §3.4.1): count, minimum, mean, standard deviation (n-1), quartiles (linear
 * interpolation) and maximum of the trailing window of each row within its segment. A window of seconds reaches back to the row's
 * time minus them, that moment included. Sd of one value, and all but the count of none, are missing; rows without a time have
 * no window at all. O(n · window).
 * @throws FLM_TOO_LARGE for a window of more rows than its ceiling, FLM_USAGE for seconds without times
 */
export function addTrailingWindows(input: TrailingWindowInput): Record<WindowFeature, Float64Array> {
  const { values, segments, timesMs, size } = input;
  const most = "rows" in size ? size.rows : preprocessLimits.windowRows;
  if (!(most >= 1 && most <= preprocessLimits.windowRows)) {
    throw new FlamencoError("FLM_TOO_LARGE", `A window has 1 to ${preprocessLimits.windowRows} rows.`);
  }
  if ("seconds" in size && timesMs === undefined) {
    throw new FlamencoError("FLM_USAGE", "A window of seconds needs a column of times.");
  }
  const columns = Object.fromEntries(
    windowFeatures.map((feature) => [feature, new Float64Array(values.length).fill(Number.NaN)]),
  ) as Record<WindowFeature, Float64Array>;
  const window = new SlidingWindow();
  let [segment, expiry] = [-1, 0];
  for (const row of orderRows(values.length, segments, timesMs)) {
    if (Number.isNaN(timesMs?.[row])) continue;
    const own = segments?.[row] ?? 0;
    if (own !== segment) window.clear();
    segment = own;
    const value = values[row]!;
    if ("seconds" in size) {
      expiry = timesMs![row]! - size.seconds * 1000;
      while (window.oldest < expiry) window.dropOldest();
    }
    if (Number.isFinite(value)) {
      if ("rows" in size && window.size === most) window.dropOldest();
      if (window.size === most) throw new FlamencoError("FLM_TOO_LARGE", `A window holds more than ${most} rows.`);
      window.add(value, timesMs?.[row] ?? 0);
    }
    writeFeatures(columns, row, window.sorted);
  }
  return columns;
}

/** Rows by segment, then time, then their own order. */
function orderRows(rows: number, segments: Int32Array | undefined, timesMs: Float64Array | undefined): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  if (segments === undefined && timesMs === undefined) return order;
  return order.sort(
    (a, b) => (segments?.[a] ?? 0) - (segments?.[b] ?? 0) || (timesMs?.[a] ?? 0) - (timesMs?.[b] ?? 0) || a - b,
  );
}

function writeFeatures(columns: Record<WindowFeature, Float64Array>, row: number, sorted: Float64Array): void {
  columns.Count[row] = sorted.length;
  if (sorted.length === 0) return;
  const { mean, sd } = momentsOf(sorted);
  columns.Min[row] = sorted[0]!;
  columns.Mean[row] = mean;
  columns.Sd[row] = sd;
  columns.Q1[row] = quantileOf(sorted, 0.25);
  columns.Median[row] = quantileOf(sorted, 0.5);
  columns.Q3[row] = quantileOf(sorted, 0.75);
  columns.Max[row] = sorted[sorted.length - 1]!;
}

/** Values in the order of their arrival, and the same in rising order. */
class SlidingWindow {
  #sorted = new Float64Array(16);
  /** A ring: value and time of arrival. */
  #values = new Float64Array(16);
  #times = new Float64Array(16);
  #first = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Time of the value that came first; infinite when there is none. */
  get oldest(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[this.#first]!;
  }

  get sorted(): Float64Array {
    return this.#sorted.subarray(0, this.#size);
  }

  clear(): void {
    this.#size = 0;
  }

  add(value: number, time: number): void {
    if (this.#size === this.#values.length) this.#grow();
    const last = (this.#first + this.#size) % this.#values.length;
    this.#values[last] = value;
    this.#times[last] = time;
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place + 1, place, this.#size);
    this.#sorted[place] = value;
    this.#size++;
  }

  dropOldest(): void {
    const place = this.#placeOf(this.#values[this.#first]!);
    this.#sorted.copyWithin(place, place + 1, this.#size);
    this.#first = (this.#first + 1) % this.#values.length;
    this.#size--;
  }

  /** First place whose value is not smaller. */
  #placeOf(value: number): number {
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const wider = (ring: Float64Array) => {
      const grown = new Float64Array(2 * ring.length);
      grown.set(ring.subarray(this.#first));
      grown.set(ring.subarray(0, this.#first), ring.length - this.#first);
      return grown;
    };
    [this.#values, this.#times] = [wider(this.#values), wider(this.#times)];
    this.#first = 0;
    const sorted = new Float64Array(2 * this.#sorted.length);
    sorted.set(this.#sorted);
    this.#sorted = sorted;
  }
}
