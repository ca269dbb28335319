import { SeededRandom } from "@flamenco/sandbox/preprocess";

/** A normal number, by Box and Muller. */
export function drawNormal(random: SeededRandom): number {
  const distance = Math.sqrt(-2 * Math.log(1 - random.nextFloat()));
  return distance * Math.cos(2 * Math.PI * random.nextFloat());
}

export interface MixtureOptions {
  /** Values; drawn from 200 to 10,000 when absent. */
  readonly values?: number;
  /** Share of values that lie far above all modes: slow answers. */
  readonly outliers?: number;
  /** Smallest distance of neighboring centers, in the wider one's standard deviations. */
  readonly separation?: number;
  /** Modes with a tail to the right, as RTTs have, instead of normal ones. */
  readonly skewed?: boolean;
}

const sizes = [200, 300, 500, 1000, 3000, 10_000];

/**
 * A mixture whose number of modes is beyond dispute: weights within a factor of 2.5, widths within a factor of 3, centers 6 to 12 standard
 * deviations apart, 2 % of the values far above.
 */
export function drawMixture(modes: number, seed: number, options: MixtureOptions = {}): Float64Array {
  const random = new SeededRandom(seed * 4 + modes);
  const { outliers = 0.02, separation = 6, skewed = false } = options;
  const size = options.values ?? sizes[random.nextBelow(sizes.length)]!;
  const weights = Array.from({ length: modes }, () => 1 + 1.5 * random.nextFloat());
  const widths = Array.from({ length: modes }, () => 0.5 + random.nextFloat());
  const centers = [20 + 100 * random.nextFloat()];
  for (let mode = 1; mode < modes; mode++) {
    const wider = Math.max(widths[mode - 1]!, widths[mode]!);
    centers.push(centers[mode - 1]! + (separation + 6 * random.nextFloat()) * wider);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from({ length: size }, () => {
    if (random.nextFloat() < outliers)
      return centers[modes - 1]! + Math.exp(2 + 3 * random.nextFloat() + drawNormal(random));
    let mode = 0;
    for (let left = random.nextFloat() * total - weights[0]!; left > 0 && mode < modes - 1; left -= weights[mode]!)
      mode++;
    const off = drawNormal(random);
    return centers[mode]! + widths[mode]! * (skewed ? 1.5 * Math.exp(0.5 * off) - 2 : off);
  });
}
