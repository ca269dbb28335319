/** Rows of a chunk put together by group. */
export interface RowGroups {
  /** Row numbers, group after group, in their own order within each. */
  readonly order: Int32Array;
  /** Groups that occur, with where their rows begin and end in `order`. */
  readonly groups: readonly { readonly group: number; readonly begin: number; readonly end: number }[];
}

/**
 * Put rows together by their group (counting sort: stable, linear).
 * @param groupOfRow number of each row's group, below `count`
 */
export function groupRows(groupOfRow: Int32Array, count: number): RowGroups {
  const ends = new Int32Array(count + 1);
  for (let row = 0; row < groupOfRow.length; row++) ends[groupOfRow[row]! + 1]!++;
  for (let group = 0; group < count; group++) ends[group + 1]! += ends[group]!;
  const next = ends.slice(0, count);
  const order = new Int32Array(groupOfRow.length);
  for (let row = 0; row < groupOfRow.length; row++) order[next[groupOfRow[row]!]!++] = row;
  const groups = Array.from(next, (end, group) => ({ group, begin: ends[group]!, end }));
  return { order, groups: groups.filter(({ begin, end }) => begin < end) };
}
