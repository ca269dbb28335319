import { drawGeometricNoise } from "./geometric-noise.js";
import { type ByteSource, RandomBits } from "./random-bits.js";
import { sensitivityOfHistogram } from "./sensitivity.js";
import { MICRO } from "./zcdp.js";

/** Integer histograms with two-sided geometric noise: P(z) ∝ exp(-|z| ε/Δ₁). */
export interface GeometricPart {
  /** Of all tables together. */
  readonly microRho: number;
  readonly tables: number;
  /** Pure ε of each table, in millionths. */
  readonly microEpsilon: number;
  /** Δ₁, rows. */
  readonly sensitivity: number;
  /** Standard deviation of the noise of one cell, in rows. */
  readonly sigma: number;
}

/** The noise of histograms in which every row has one cell, at most K rows of a unit being counted. */
export function planHistograms(
  microRho: number,
  tables: number,
  microEpsilon: number,
  rowsPerUnit: number,
): GeometricPart {
  const sensitivity = sensitivityOfHistogram(rowsPerUnit);
  // Variance of the two-sided geometric distribution of ratio q: 2q/(1-q)².
  const q = Math.exp(-microEpsilon / MICRO / sensitivity);
  return { microRho, tables, microEpsilon, sensitivity, sigma: Math.sqrt(2 * q) / (1 - q) };
}

/**
 * A histogram with noise on every cell, zeros too: confusion tables, leaves, bins of a statistic.
 * @param counts exact, counted with the cap of `part`; all cells that a row could be in, not only those that occur.
 */
export function addHistogramNoise(counts: ArrayLike<number>, part: GeometricPart, source: ByteSource): number[] {
  const random = new RandomBits(source);
  const scale = { numerator: BigInt(part.sensitivity * MICRO), denominator: BigInt(part.microEpsilon) };
  return Array.from(counts, (count) => count + Number(drawGeometricNoise(scale, random)));
}
