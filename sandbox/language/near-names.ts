/** Characters of a guest's name that are compared; longer ones resemble nothing. */
const comparedLength = 64;

/** Levenshtein distance, case-insensitive. Bounded: both texts are cut to 64 characters. */
export function editDistance(first: string, second: string): number {
  const a = first.slice(0, comparedLength).toLowerCase();
  const b = second.slice(0, comparedLength).toLowerCase();
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** At most three of `names` that a writer of `name` may have meant, nearest first. */
export function nearNames(name: string, names: Iterable<string>): string[] {
  const tolerance = Math.max(2, Math.floor(Math.min(name.length, comparedLength) / 3));
  return [...names]
    .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
    .filter(({ distance }) => distance <= tolerance)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** A name that begins with the other is near, however much follows: `packetSize` finds `averagePacketSize` as a part. */
function distanceOf(name: string, candidate: string): number {
  const [short, long] = [name.toLowerCase(), candidate.toLowerCase()];
  const part = short.length >= 4 && long.includes(short);
  return Math.min(editDistance(name, candidate), part ? 2 : Number.POSITIVE_INFINITY);
}

/** " Did you mean a or b?", or nothing. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const near = nearNames(name, names);
  return near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
}
