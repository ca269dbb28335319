/**
 * Spearman's rank correlation, ties at their mean rank. Places where either value is `null` are left out.
 * @returns `null` with fewer than three places, or when either side does not vary.
 */
export function rankCorrelation(
  first: readonly (number | null)[],
  second: readonly (number | null)[],
): { pairs: number; value: number | null } {
  const known = [...first.keys()].filter((place) => first[place] !== null && second[place] !== null);
  const ranksOf = (values: readonly (number | null)[]) => rank(known.map((place) => values[place]!));
  return {
    pairs: known.length,
    value: known.length < 3 ? null : correlate(ranksOf(first), ranksOf(second)),
  };
}

/** Pearson's correlation over places where both are numbers; `null` when fewer than three, or either does not vary. */
export function correlate(first: Float64Array, second: Float64Array): number | null {
  let [count, meanFirst, meanSecond, squareFirst, squareSecond, product] = [0, 0, 0, 0, 0, 0];
  for (let place = 0; place < first.length; place++) {
    const [a, b] = [first[place]!, second[place]!];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    // Welford's updates: sums of squares would lose all digits on counters and times.
    count++;
    const [offFirst, offSecond] = [a - meanFirst, b - meanSecond];
    meanFirst += offFirst / count;
    meanSecond += offSecond / count;
    squareFirst += offFirst * (a - meanFirst);
    squareSecond += offSecond * (b - meanSecond);
    product += offFirst * (b - meanSecond);
  }
  const size = Math.sqrt(squareFirst) * Math.sqrt(squareSecond);
  if (count < 3 || !(size > 0) || !Number.isFinite(size)) return null;
  return Math.min(1, Math.max(-1, product / size));
}

function rank(values: readonly number[]): Float64Array {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let place = start; place < end; place++) ranks[order[place]!] = (start + end - 1) / 2;
    start = end;
  }
  return ranks;
}
