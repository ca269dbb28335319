/** Places `from` to `to` of the rows; those of the left have at most `value` in the dimension, those of the right at least. */
export interface TreeNode {
  readonly from: number;
  readonly to: number;
  /** -1 at leaves. */
  readonly dimension: number;
  readonly value: number;
  readonly left: number;
  readonly right: number;
}

export interface KdTree {
  /** Rows in the order of the leaves; within a leaf they rise. */
  readonly rows: Int32Array;
  /** The root is the first. */
  readonly nodes: readonly TreeNode[];
}

/**
 * A k-d tree (Bentley 1975), split at medians of the widest side. A leaf has more points than asked for where they are all the same.
 * @param points `points[row * width + dimension]`
 */
export function buildKdTree(points: Float64Array, width: number, leafPoints: number): KdTree {
  const rows = Int32Array.from({ length: points.length / width }, (_, row) => row);
  const nodes: TreeNode[] = [];
  const build = (from: number, to: number): number => {
    const node = nodes.length;
    const own = rows.subarray(from, to);
    const dimension = to - from <= leafPoints ? -1 : widestSide(points, own, width);
    if (dimension < 0) {
      own.sort();
      nodes.push({ from, to, dimension: -1, value: 0, left: -1, right: -1 });
      return node;
    }
    const middle = own.length >> 1;
    selectRank(own, middle, (row) => points[row * width + dimension]!);
    const value = points[own[middle]! * width + dimension]!;
    nodes.push({ from, to, dimension, value, left: -1, right: -1 });
    const left = build(from, from + middle);
    const right = build(from + middle, to);
    nodes[node] = { from, to, dimension, value, left, right };
    return node;
  };
  build(0, rows.length);
  return { rows, nodes };
}

/** The dimension in which the rows spread most; -1 where all are the same point. */
function widestSide(points: Float64Array, rows: Int32Array, width: number): number {
  let [widest, most] = [-1, 0];
  for (let dimension = 0; dimension < width; dimension++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of rows) {
      const value = points[row * width + dimension]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low <= most) continue;
    most = high - low;
    widest = dimension;
  }
  return widest;
}

/** Reorder so that the entry of a rank stands in its place, none greater before it and none less after it (Hoare 1961). */
function selectRank(rows: Int32Array, rank: number, readValue: (row: number) => number): void {
  for (let [low, high] = [0, rows.length - 1]; low < high; ) {
    const pivot = readValue(rows[(low + high) >> 1]!);
    let [up, down] = [low, high];
    while (up <= down) {
      while (readValue(rows[up]!) < pivot) up++;
      while (readValue(rows[down]!) > pivot) down--;
      if (up > down) break;
      const row = rows[up]!;
      rows[up++] = rows[down]!;
      rows[down--] = row;
    }
    if (rank <= down) high = down;
    else if (rank >= up) low = up;
    else return;
  }
}
