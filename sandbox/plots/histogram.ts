/** Bars of equal width over a range. */
export interface Histogram {
  readonly low: number;
  readonly width: number;
  /** Values in each bar. */
  readonly counts: Int32Array;
  readonly below: number;
  readonly above: number;
}

/** Count values in bars; the last bar holds its upper end. NaN is left out. */
export function countBars(values: Float64Array, low: number, high: number, bars: number): Histogram {
  const counts = new Int32Array(bars);
  const width = (high - low) / bars;
  let [below, above] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value < low) below++;
    else if (value > high) above++;
    else if (value >= low) counts[Math.min(bars - 1, Math.floor((value - low) / width))]! += 1;
  }
  return { low, width, counts, below, above };
}
