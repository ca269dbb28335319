/** Standard deviations of noise that a count must clear beyond the minimum support. */
const CLEARANCE = 4;

/** A noisy count is shown from here on: minimum support and four standard deviations. */
export function supportThreshold(sigma: number, minimumSupportRows: number): number {
  return minimumSupportRows + CLEARANCE * sigma;
}

/**
 * The noisy count, at least 0, or `null` where it is too small to show. Looks at the noisy value alone: that a count is
 * withheld says no more than the noisy count itself would.
 */
export function showCount(noisy: number, sigma: number, minimumSupportRows: number): number | null {
  return noisy >= supportThreshold(sigma, minimumSupportRows) ? noisy : null;
}

/** What the exact count hardly ever exceeds: the noisy one and four standard deviations, at least 0; whole rows. */
export function boundCount(noisy: number, sigma: number): number {
  return Math.ceil(Math.max(0, noisy) + CLEARANCE * sigma);
}
