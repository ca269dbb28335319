/** Steps of a series or continued fraction; 0 to 300 degrees of freedom need less than 200. */
const STEPS = 1000;
const ENOUGH = 1e-15;
/** Halvings of an interval: more than a double has bits. */
const HALVINGS = 80;

/**
 * Value below which a chi-square variable of so many degrees of freedom lies with the given probability, by bisection of its
 * distribution.
 * @param share 0 < share < 1
 */
export function chiSquareQuantile(share: number, degrees: number): number {
  let [low, high] = [0, degrees + 1];
  while (gammaShare(degrees / 2, high / 2) < share) high *= 2;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (gammaShare(degrees / 2, middle / 2) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularized lower incomplete gamma function P(a, x), by series or continued fraction (Abramowitz & Stegun 6.5.29, 6.5.31). */
function gammaShare(a: number, x: number): number {
  if (x <= 0) return 0;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let step = 1; step < STEPS && term > sum * ENOUGH; step++) {
      term *= x / (a + step);
      sum += term;
    }
    return scale * sum;
  }
  // Lentz's method: numerators -n (n - a), denominators x + 2 n + 1 - a.
  let denominator = x + 1 - a;
  let [ratio, inverse] = [1e300, 1 / denominator];
  let fraction = inverse;
  for (let step = 1; step < STEPS; step++) {
    const numerator = -step * (step - a);
    denominator += 2;
    inverse = 1 / (numerator * inverse + denominator);
    ratio = denominator + numerator / ratio;
    fraction *= ratio * inverse;
    if (Math.abs(ratio * inverse - 1) < ENOUGH) break;
  }
  return 1 - scale * fraction;
}

/** Logarithm of the gamma function for a > 0: Stirling's series (A&S 6.1.41), after steps up to where it is exact. */
function logGamma(a: number): number {
  let [x, product] = [a, 1];
  for (; x < 12; x++) product *= x;
  const inverse = 1 / (x * x);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}
