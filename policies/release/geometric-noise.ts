import { drawBernoulliExp } from "./bernoulli.js";
import type { RandomBits } from "./random-bits.js";

/**
 * Two-sided geometric noise (discrete Laplace): P(z) ∝ exp(-|z|/t), t = numerator/denominator, for every integer z. Exact:
 * Canonne, Kamath & Steinke 2020, algorithm 2; integers throughout. Added to counts of L1 sensitivity Δ₁ it keeps
 * (Δ₁/t)-differential privacy.
 * @param scale t as a fraction, both above 0
 */
export function drawGeometricNoise(
  scale: { readonly numerator: bigint; readonly denominator: bigint },
  random: RandomBits,
): bigint {
  const { numerator, denominator } = scale;
  for (;;) {
    const size = drawGeometric(numerator, denominator, random);
    const negative = random.nextBelow(2) === 1;
    // Zero has one sign only, or it would be drawn twice as often.
    if (negative && size === 0n) continue;
    return negative ? -size : size;
  }
}

/** P(x) ∝ exp(-x denominator/numerator) over x = 0, 1, …: a remainder below the numerator and a number of whole turns. */
function drawGeometric(numerator: bigint, denominator: bigint, random: RandomBits): bigint {
  for (;;) {
    const remainder = random.nextBigBelow(numerator);
    if (!drawBernoulliExp(remainder, numerator, random)) continue;
    let turns = 0n;
    while (drawBernoulliExp(1n, 1n, random)) turns++;
    return (remainder + numerator * turns) / denominator;
  }
}
