/**
 * Smallest t > 0 at which the quartic with derivative `slope + 2 c2 t + 3 c3 t^2 + 4 c4 t^3` has a local minimum, given
 * that it falls at 0 (`slope` < 0) and does not fall forever. The nearest valley, so that the start decides which minimum
 * is found, as in gradient descent. Returns 0 when there is none within floating-point range.
 */
export function findQuarticValley(slope: number, c2: number, c3: number, c4: number): number {
  const derivative = (t: number) => slope + t * (2 * c2 + t * (3 * c3 + t * 4 * c4));
  let low = 0;
  let high = Number.NaN;
  // Where the derivative peaks: its first root lies before the peak if the peak is not below zero.
  const discriminant = 9 * c3 * c3 - 24 * c2 * c4;
  if (c4 > 0 && discriminant > 0) {
    const peak = (-3 * c3 - Math.sqrt(discriminant)) / (12 * c4);
    if (peak > 0 && derivative(peak) >= 0) high = peak;
    else if (peak > 0) low = peak;
  }
  if (Number.isNaN(high)) {
    high = Math.max(1, 2 * low);
    while (derivative(high) < 0) {
      low = high;
      high *= 2;
      if (high > 1e30) return 0;
    }
  }
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (derivative(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
