/** Points of a leaf: few enough to look at all of them, enough to keep the tree small. */
const LEAF_POINTS = 24;

/** Distances to cells are sums of differences: rounding must not hide a neighbor at the same distance. */
const ROUNDING = 1 - 1e-9;

/** Neighbors of one point, nearest first; of equal distances the lower row. Valid until the next search. */
export interface Neighbors {
  readonly rows: Int32Array;
  readonly distances: Float64Array;
}

/**
 * Exact nearest neighbors by Euclidean distance: a k-d tree (Bentley 1975) split at medians of the widest side, searched with
 * distances to cells kept up step by step (Arya & Mount 1993). Where many dimensions leave nothing to prune, it is a scan that
 * gives up on a point as soon as it is too far.
 */
export class NeighborSearch {
  readonly #width: number;
  /** Rows in the order of the leaves, and their points in that order. */
  readonly #rows: Int32Array;
  readonly #points: Float64Array;
  readonly #nodes: TreeNode[] = [];
  readonly #offsets: Float64Array;
  #query: Float64Array = new Float64Array(0);
  #excluded = -1;
  #found = 0;
  #nearestRows = new Int32Array(0);
  #nearest = new Float64Array(0);

  /** @param points finite, `points[row * width + dimension]`, copied */
  constructor(points: Float64Array, width: number) {
    const rows = points.length / width;
    this.#width = width;
    this.#offsets = new Float64Array(width);
    this.#rows = Int32Array.from({ length: rows }, (_, row) => row);
    this.#build(points, 0, rows);
    this.#points = new Float64Array(points.length);
    for (const [place, row] of this.#rows.entries()) {
      this.#points.set(points.subarray(row * width, (row + 1) * width), place * width);
    }
  }

  /**
   * @param query a point
   * @param count neighbors wanted; at most as many as there are points, less the excluded one
   * @param excluded a row that is not its own neighbor
   */
  find(query: Float64Array, count: number, excluded = -1): Neighbors {
    if (this.#nearest.length !== count) {
      this.#nearest = new Float64Array(count);
      this.#nearestRows = new Int32Array(count);
    }
    this.#query = query;
    this.#excluded = excluded;
    this.#found = 0;
    this.#nearest.fill(Number.POSITIVE_INFINITY);
    this.#offsets.fill(0);
    this.#visit(0, 0);
    return { rows: this.#nearestRows, distances: this.#nearest.map(Math.sqrt) };
  }

  /** @returns the node's number */
  #build(points: Float64Array, from: number, to: number): number {
    const node = this.#nodes.length;
    const rows = this.#rows.subarray(from, to);
    const dimension = to - from <= LEAF_POINTS ? -1 : widestSide(points, rows, this.#width);
    if (dimension < 0) {
      rows.sort();
      this.#nodes.push({ from, to, dimension: -1, value: 0, left: -1, right: -1 });
      return node;
    }
    const middle = rows.length >> 1;
    selectRank(rows, middle, (row) => points[row * this.#width + dimension]!);
    const value = points[rows[middle]! * this.#width + dimension]!;
    this.#nodes.push({ from, to, dimension, value, left: -1, right: -1 });
    const left = this.#build(points, from, from + middle);
    const right = this.#build(points, from + middle, to);
    this.#nodes[node] = { from, to, dimension, value, left, right };
    return node;
  }

  /** @param distance squared, from the query to the node's cell */
  #visit(index: number, distance: number): void {
    const node = this.#nodes[index]!;
    if (node.dimension < 0) {
      this.#scan(node.from, node.to);
      return;
    }
    const off = this.#query[node.dimension]! - node.value;
    this.#visit(off < 0 ? node.left : node.right, distance);
    const before = this.#offsets[node.dimension]!;
    const beyond = distance - before * before + off * off;
    if (beyond * ROUNDING > this.#nearest[this.#nearest.length - 1]!) return;
    this.#offsets[node.dimension] = off;
    this.#visit(off < 0 ? node.right : node.left, beyond);
    this.#offsets[node.dimension] = before;
  }

  #scan(from: number, to: number): void {
    const [width, query, points] = [this.#width, this.#query, this.#points];
    const last = this.#nearest.length - 1;
    for (let place = from; place < to; place++) {
      const row = this.#rows[place]!;
      const farthest = this.#nearest[last]!;
      // Rows rise within a leaf: after enough copies of the query none is nearer, however many there are.
      if (farthest === 0 && row > this.#nearestRows[last]!) return;
      let distance = 0;
      const start = place * width;
      for (let dimension = 0; dimension < width && distance <= farthest; ) {
        const stop = Math.min(dimension + 8, width);
        for (; dimension < stop; dimension++) {
          const off = query[dimension]! - points[start + dimension]!;
          distance += off * off;
        }
      }
      if (distance <= farthest && row !== this.#excluded) this.#insert(row, distance);
    }
  }

  #insert(row: number, distance: number): void {
    const [nearest, rows] = [this.#nearest, this.#nearestRows];
    const isFarther = (slot: number): boolean =>
      nearest[slot]! > distance || (nearest[slot] === distance && rows[slot]! > row);
    let slot = this.#found;
    if (slot === nearest.length) {
      if (!isFarther(slot - 1)) return;
      slot -= 1;
    } else this.#found += 1;
    for (; slot > 0 && isFarther(slot - 1); slot--) {
      nearest[slot] = nearest[slot - 1]!;
      rows[slot] = rows[slot - 1]!;
    }
    nearest[slot] = distance;
    rows[slot] = row;
  }
}

/** Places `from` to `to` of the rows; those of the left have at most `value` in the dimension, those of the right at least. */
interface TreeNode {
  readonly from: number;
  readonly to: number;
  /** -1 at leaves. */
  readonly dimension: number;
  readonly value: number;
  readonly left: number;
  readonly right: number;
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
