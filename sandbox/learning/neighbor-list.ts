/** Neighbors of one point, nearest first; of equal distances the lower row. */
export interface Neighbors {
  readonly rows: Int32Array;
  readonly distances: Float64Array;
}

/** The nearest points of those offered so far. Distances are squared. */
export class NeighborList {
  readonly #rows: Int32Array;
  readonly #distances: Float64Array;
  #found = 0;

  /** @param count points to keep */
  constructor(count: number) {
    this.#rows = new Int32Array(count);
    this.#distances = new Float64Array(count);
  }

  get count(): number {
    return this.#rows.length;
  }

  /** Begin anew. */
  clear(): void {
    this.#found = 0;
    this.#distances.fill(Number.POSITIVE_INFINITY);
  }

  /** The distance beyond which no point is taken. */
  get farthest(): number {
    return this.#distances[this.#distances.length - 1]!;
  }

  /** Every place is taken at distance 0 by rows up to this one: no later row can be among the nearest. */
  isClosedAt(row: number): boolean {
    return this.farthest === 0 && this.#rows[this.count - 1]! <= row;
  }

  /** @param distance at most `farthest` */
  offer(row: number, distance: number): void {
    const [distances, rows] = [this.#distances, this.#rows];
    const isFarther = (slot: number): boolean =>
      distances[slot]! > distance || (distances[slot] === distance && rows[slot]! > row);
    let slot = this.#found;
    if (slot === distances.length) {
      if (!isFarther(slot - 1)) return;
      slot -= 1;
    } else this.#found += 1;
    for (; slot > 0 && isFarther(slot - 1); slot--) {
      distances[slot] = distances[slot - 1]!;
      rows[slot] = rows[slot - 1]!;
    }
    distances[slot] = distance;
    rows[slot] = row;
  }

  /** Valid until the list is cleared. */
  read(): Neighbors {
    return { rows: this.#rows, distances: this.#distances.map(Math.sqrt) };
  }
}
