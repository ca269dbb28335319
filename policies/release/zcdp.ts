import { assertWholeWithin, assertWithin } from "./accepted-range.js";
import { releaseLimits } from "./limits.js";

/**
 * Privacy loss is counted as ρ of zero-concentrated differential privacy (Bun & Steinke 2016), in whole micro-ρ: losses of
 * releases add up exactly, in any order. 1 ρ = 1,000,000 micro-ρ.
 */
export const MICRO = 1_000_000;
/** 10^6 ρ; no dataset is worth that. Keeps sums exact. */
const MAX_MICRO_RHO = 1e12;
const microRhoRange = { minimum: 0, maximum: MAX_MICRO_RHO };

/** Orders α - 1 between which the best is looked for, as logarithms: wide enough for every ρ and δ that is accepted. */
const LOG_ORDERS = [-12, 25] as const;
const SEARCH_STEPS = 120;
/** Relative room for rounding of logarithms; the answer is rounded up by it. */
const ROUNDING = 1e-9;

/** δ = min(10^-6, 1/(10 n)) of a dataset of n rows. */
export function deltaOf(rows: number): number {
  return Math.min(1e-6, 1 / (10 * assertWholeWithin(rows, "rows", releaseLimits.rows)));
}

/**
 * ε at δ of a loss: Canonne, Kamath & Steinke 2020, proposition 12, the best over all orders α. Any α gives a true bound, so
 * a search that misses the best one errs on the safe side; rounded up.
 * @throws FLM_RELEASE_RANGE
 */
export function epsilonOf(microRho: number, delta: number): number {
  const rho = assertWholeWithin(microRho, "microRho", microRhoRange) / MICRO;
  assertWithin(delta, "delta", releaseLimits.delta);
  if (rho === 0) return 0;
  const bound = (logOrder: number) => {
    const above = Math.exp(logOrder);
    const alpha = 1 + above;
    return alpha * rho + Math.log(above / alpha) - (Math.log(delta) + Math.log(alpha)) / above;
  };
  let [low, high]: [number, number] = [...LOG_ORDERS];
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const third = (high - low) / 3;
    if (bound(low + third) < bound(high - third)) high -= third;
    else low += third;
  }
  return Math.max(0, bound((low + high) / 2)) * (1 + ROUNDING);
}

/**
 * The largest loss, in micro-ρ, that keeps a promise of (ε, δ): rounded down, so what is spent never passes ε.
 * @throws FLM_RELEASE_RANGE
 */
export function microRhoFor(epsilon: number, delta: number): number {
  assertWithin(epsilon, "epsilon", { minimum: 0, maximum: releaseLimits.epsilonPerDataset.maximum });
  let [kept, broken] = [0, 2];
  while (epsilonOf(broken, delta) <= epsilon) [kept, broken] = [broken, broken * 2];
  while (broken - kept > 1) {
    const middle = Math.floor((kept + broken) / 2);
    if (epsilonOf(middle, delta) <= epsilon) kept = middle;
    else broken = middle;
  }
  return kept;
}

/**
 * Loss of several mechanisms on the same data: their sum (Bun & Steinke 2016, lemma 7).
 * @throws FLM_RELEASE_RANGE
 */
export function composeMicroRho(losses: readonly number[]): number {
  const sum = losses.reduce((total, loss) => total + assertWholeWithin(loss, "microRho", microRhoRange), 0);
  return assertWholeWithin(sum, "microRho", microRhoRange);
}

/**
 * Loss, in micro-ρ, of a mechanism that keeps ε-differential privacy, ε in millionths: ρ = ε²/2 (Bun & Steinke 2016,
 * proposition 4), rounded up.
 */
export function microRhoOfPure(microEpsilon: number): number {
  return Math.ceil(microEpsilon ** 2 / 2 / MICRO);
}

/** The largest pure ε, in millionths, that a loss pays for; rounded down. */
export function microEpsilonOfPure(microRho: number): number {
  let microEpsilon = Math.floor(Math.sqrt(2 * microRho * MICRO));
  while (microRhoOfPure(microEpsilon) > microRho) microEpsilon--;
  return microEpsilon;
}
