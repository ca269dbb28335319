/** Finite values in rising order; missing (NaN) and infinite ones are left out. */
export function sortFinite(values: Float64Array): Float64Array {
  const finite = new Float64Array(values.length);
  let size = 0;
  for (let row = 0; row < values.length; row++) if (Number.isFinite(values[row]!)) finite[size++] = values[row]!;
  return finite.subarray(0, size).sort();
}

/**
 * Quantile by linear interpolation between the closest ranks (Hyndman & Fan 1996, type 7; numpy's default). NaN of nothing.
 * @param sorted rising, at least up to `end`
 * @param share 0..1
 */
export function quantileOf(sorted: ArrayLike<number>, share: number, end: number = sorted.length): number {
  if (end === 0) return Number.NaN;
  const place = share * (end - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, end - 1)]!;
  return low + (high - low) * (place - below);
}

/** Mean and standard deviation (n-1; NaN of fewer than two values), by Welford's updates. */
export function momentsOf(values: ArrayLike<number>): { mean: number; sd: number } {
  let mean = 0;
  let squares = 0;
  for (let index = 0; index < values.length; index++) {
    const off = values[index]! - mean;
    mean += off / (index + 1);
    squares += off * (values[index]! - mean);
  }
  return {
    mean: values.length === 0 ? Number.NaN : mean,
    sd: values.length < 2 ? Number.NaN : Math.sqrt(squares / (values.length - 1)),
  };
}
