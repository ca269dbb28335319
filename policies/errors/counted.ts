/**
 * A count with its noun, for a sentence: `1 row`, `2 rows`, `0 rows`.
 * @param noun in the singular; with a plural of its own as `entry|entries`
 * @param shown the number as text, such as with thousands apart
 */
export function counted(count: number, noun: string, shown = String(count)): string {
  const [one, many = `${one}s`] = noun.split("|");
  return `${shown} ${count === 1 ? one : many}`;
}
