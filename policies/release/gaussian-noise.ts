import { drawBernoulliExp } from "./bernoulli.js";
import { drawGeometricNoise } from "./geometric-noise.js";
import type { RandomBits } from "./random-bits.js";

/**
 * Discrete Gaussian noise: P(z) ∝ exp(-z²/(2σ²)), σ² = numerator/denominator, for every integer z. Exact: Canonne, Kamath &
 * Steinke 2020, algorithm 3; integers throughout. Added to counts of squared L2 sensitivity Δ₂² it keeps
 * ρ-zero-concentrated differential privacy with ρ = Δ₂²/(2σ²) (theorem 14).
 * @param variance σ² as a fraction, both above 0
 */
export function drawGaussianNoise(
  variance: { readonly numerator: bigint; readonly denominator: bigint },
  random: RandomBits,
): bigint {
  const { numerator, denominator } = variance;
  // Any t keeps the draw exact; about σ wastes the fewest.
  const t = floorRoot(numerator / denominator) + 1n;
  const scale = { numerator: t, denominator: 1n };
  const whole = 2n * numerator * denominator * t * t;
  for (;;) {
    const drawn = drawGeometricNoise(scale, random);
    const size = drawn < 0n ? -drawn : drawn;
    // Accept with exp(-(|z| - σ²/t)²/(2σ²)), as one fraction.
    const distance = size * t * denominator - numerator;
    if (drawBernoulliExp(distance * distance, whole, random)) return drawn;
  }
}

/** ⌊√value⌋ by Newton's steps from above. */
function floorRoot(value: bigint): bigint {
  if (value === 0n) return 0n;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}
