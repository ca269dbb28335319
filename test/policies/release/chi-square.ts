/** Standard normal quantile of 1 - 10^-6. */
const ALPHA_1E_6 = 4.753;
const LEAST_EXPECTED = 10;

/**
 * How far draws are from a distribution over the integers, as a standard normal deviate (Wilson & Hilferty 1931); integers that
 * are too rare to judge by are one cell. Above `ALPHA_1E_6` the draws are not of that distribution, but for one case in a million.
 */
export function misfitOf(draws: readonly bigint[], probability: (value: number) => number, reach: number): number {
  const seen = new Map<number, number>();
  for (const draw of draws) seen.set(Number(draw), (seen.get(Number(draw)) ?? 0) + 1);
  let [statistic, cells, share, rows] = [0, 0, 0, 0];
  const add = (observed: number, expected: number) => {
    statistic += (observed - expected) ** 2 / expected;
    cells++;
  };
  for (let value = -reach; value <= reach; value++) {
    const expected = draws.length * probability(value);
    if (expected < LEAST_EXPECTED) continue;
    add(seen.get(value) ?? 0, expected);
    share += probability(value);
    rows += seen.get(value) ?? 0;
  }
  const rest = draws.length * (1 - share);
  if (rest >= 1) add(draws.length - rows, rest);
  const freedom = cells - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
}

export const isPlausible = (misfit: number): boolean => Math.abs(misfit) < ALPHA_1E_6;

/** P(z) ∝ exp(-|z|/t). */
export function geometricShares(t: number): (value: number) => number {
  const q = Math.exp(-1 / t);
  return (value) => ((1 - q) / (1 + q)) * q ** Math.abs(value);
}

/** P(z) ∝ exp(-z²/(2σ²)). */
export function gaussianShares(variance: number): (value: number) => number {
  const weight = (value: number) => Math.exp((-value * value) / (2 * variance));
  const reach = Math.ceil(40 * Math.sqrt(variance));
  let sum = 0;
  for (let value = -reach; value <= reach; value++) sum += weight(value);
  return (value) => weight(value) / sum;
}
