/** Reproducible draws: the same seed gives the same numbers on every machine. For made-up rows only, never for privacy. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Log-normal with the given median; `spread` is the standard deviation of its logarithm. */
  logNormal(median: number, spread: number): number;
  /** Uniform whole number in [low, high]. */
  whole(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
}

/** sfc32 (Doty-Humphrey, PractRand): 128 bits of state, 2^32 times the uniform step. */
export function seededRandom(seed: number, stream = 0): Random {
  let [a, b, c, counter] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, stream | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // Twelve rounds mix the seed, as the generator's author prescribes.
  for (let round = 0; round < 12; round += 1) next();
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    uniform: next,
    normal,
    logNormal: (median, spread) => median * Math.exp(spread * normal()),
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
  };
}

/** One of the items; each as likely as its weight says. */
export function pick<T extends { readonly weight: number }>(random: Random, items: readonly [T, ...T[]]): T {
  let left = random.uniform() * items.reduce((sum, { weight }) => sum + weight, 0);
  for (const item of items) {
    left -= item.weight;
    if (left < 0) return item;
  }
  return items[0];
}
