import { buildKdTree, type TreeNode } from "./k-d-tree.js";
import { NeighborList, type Neighbors } from "./neighbor-list.js";

/** Points of a leaf: few enough to look at all of them, enough to keep the tree small. */
const LEAF_POINTS = 24;
/** Of points of many dimensions, where walking the tree costs more than looking. */
const WIDE_LEAF_POINTS = 64;
/** Points of more dimensions than this have a head. */
const FEW_DIMENSIONS = 6;
/**
 * Dimensions that are looked at before most points are given up: so many that of 20 independent ones few points are left, and it
 * is easy to guess for a processor which way a point goes.
 */
const HEAD = 12;

/** Distances to cells are sums of differences: rounding must not hide a neighbor at the same distance. */
const ROUNDING = 1 - 1e-9;

/**
 * Exact nearest neighbors by Euclidean distance: a k-d tree searched with distances to cells kept up step by step (Arya & Mount
 * 1993). Where many dimensions leave nothing to prune, it is a scan that gives up on a point as soon as it is too far. A distance
 * is summed over the dimensions in their order.
 */
export class NeighborSearch {
  readonly #width: number;
  /** Rows in the order of the leaves, and their points in that order. */
  readonly #rows: Int32Array;
  readonly #nodes: readonly TreeNode[];
  /** The first dimensions of each point, filled up with zeros; of points of few dimensions all. */
  readonly #heads: Float64Array;
  readonly #headWidth: number;
  /** The other dimensions: a scan that gives up soon does not read them. */
  readonly #tails: Float64Array;
  readonly #tailWidth: number;
  readonly #offsets: Float64Array;
  readonly #query: Float64Array;
  #excluded = -1;
  #list = new NeighborList(1);

  /** @param points finite, `points[row * width + dimension]`, copied */
  constructor(points: Float64Array, width: number) {
    const isWide = width > FEW_DIMENSIONS;
    const { rows, nodes } = buildKdTree(points, width, isWide ? WIDE_LEAF_POINTS : LEAF_POINTS);
    this.#width = width;
    this.#rows = rows;
    this.#nodes = nodes;
    this.#headWidth = isWide ? HEAD : width;
    this.#tailWidth = Math.max(0, width - this.#headWidth);
    this.#heads = new Float64Array(rows.length * this.#headWidth);
    this.#tails = new Float64Array(rows.length * this.#tailWidth);
    this.#offsets = new Float64Array(width);
    this.#query = new Float64Array(this.#headWidth + this.#tailWidth);
    const inHead = width - this.#tailWidth;
    for (const [place, row] of rows.entries()) {
      const point = points.subarray(row * width, (row + 1) * width);
      this.#heads.set(point.subarray(0, inHead), place * this.#headWidth);
      this.#tails.set(point.subarray(inHead), place * this.#tailWidth);
    }
  }

  /**
   * @param query a point
   * @param count neighbors wanted; at most as many as there are points, less the excluded one
   * @param excluded a row that is not its own neighbor
   * @returns valid until the next search
   */
  find(query: Float64Array, count: number, excluded = -1): Neighbors {
    if (this.#list.count !== count) this.#list = new NeighborList(count);
    this.#list.clear();
    this.#query.set(query.subarray(0, this.#width));
    this.#excluded = excluded;
    this.#offsets.fill(0);
    this.#visit(0, 0);
    return this.#list.read();
  }

  /** @param distance squared, from the query to the node's cell */
  #visit(index: number, distance: number): void {
    const node = this.#nodes[index]!;
    if (node.dimension < 0) {
      if (this.#width > FEW_DIMENSIONS) this.#scanHeads(node.from, node.to);
      else this.#scan(node.from, node.to);
      return;
    }
    const off = this.#query[node.dimension]! - node.value;
    this.#visit(off < 0 ? node.left : node.right, distance);
    const before = this.#offsets[node.dimension]!;
    const beyond = distance - before * before + off * off;
    if (beyond * ROUNDING > this.#list.farthest) return;
    this.#offsets[node.dimension] = off;
    this.#visit(off < 0 ? node.right : node.left, beyond);
    this.#offsets[node.dimension] = before;
  }

  /** The points of a leaf. */
  #scan(from: number, to: number): void {
    const [width, query, points, list] = [this.#width, this.#query, this.#heads, this.#list];
    for (let place = from, start = from * width; place < to; place++, start += width) {
      let distance = 0;
      for (let dimension = 0; dimension < width; dimension++) {
        const off = query[dimension]! - points[start + dimension]!;
        distance += off * off;
      }
      if (distance > list.farthest) continue;
      const row = this.#rows[place]!;
      if (list.isClosedAt(row)) return;
      if (row !== this.#excluded) list.offer(row, distance);
    }
  }

  /** The points of a leaf, their heads first: written out, since most of the time goes into these lines. */
  #scanHeads(from: number, to: number): void {
    const [query, heads, list] = [this.#query, this.#heads, this.#list];
    const [q0, q1, q2, q3] = [query[0]!, query[1]!, query[2]!, query[3]!];
    const [q4, q5, q6, q7] = [query[4]!, query[5]!, query[6]!, query[7]!];
    const [q8, q9, q10, q11] = [query[8]!, query[9]!, query[10]!, query[11]!];
    let farthest = list.farthest;
    for (let place = from, at = from * HEAD; place < to; place++, at += HEAD) {
      const d0 = q0 - heads[at]!;
      const d1 = q1 - heads[at + 1]!;
      const d2 = q2 - heads[at + 2]!;
      const d3 = q3 - heads[at + 3]!;
      const d4 = q4 - heads[at + 4]!;
      const d5 = q5 - heads[at + 5]!;
      const d6 = q6 - heads[at + 6]!;
      const d7 = q7 - heads[at + 7]!;
      const d8 = q8 - heads[at + 8]!;
      const d9 = q9 - heads[at + 9]!;
      const d10 = q10 - heads[at + 10]!;
      const d11 = q11 - heads[at + 11]!;
      const first = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4 + d5 * d5;
      const head = first + d6 * d6 + d7 * d7 + d8 * d8 + d9 * d9 + d10 * d10 + d11 * d11;
      if (head > farthest) continue;
      const distance = this.#finish(place, head, farthest);
      if (distance > farthest) continue;
      const row = this.#rows[place]!;
      if (list.isClosedAt(row)) return;
      if (row !== this.#excluded) list.offer(row, distance);
      farthest = list.farthest;
    }
  }

  /** The distance over all dimensions, or over so many that it is too far. */
  #finish(place: number, head: number, farthest: number): number {
    const [query, tails, width] = [this.#query, this.#tails, this.#tailWidth];
    const start = place * width;
    let distance = head;
    for (let dimension = 0; dimension < width && distance <= farthest; ) {
      const stop = Math.min(dimension + 4, width);
      for (; dimension < stop; dimension++) {
        const off = query[HEAD + dimension]! - tails[start + dimension]!;
        distance += off * off;
      }
    }
    return distance;
  }
}
