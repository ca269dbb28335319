import type { KeyedHash } from "./keyed-hash.js";

/** Domain of the hash that orders the rows of a unit. */
const CAP_TAG = 1;

interface KeptRows {
  readonly hashes: number[];
  readonly rows: number[];
}

/**
 * Keeps K rows of each privacy unit: those with the smallest keyed hash of their row number. Whether a row is kept depends
 * on rows of its own unit alone, so a unit that is added or removed changes K rows at most, however many it has.
 *
 * Streams by chunk in any order, and caps of chunks merge. Memory: about 200 bytes and 16 K bytes for each unit that occurs.
 * Units are told apart exactly, by their text; a hash of it could merge two and break the bound.
 */
export class RowCap {
  readonly rowsPerUnit: number;
  readonly #hash: KeyedHash;
  readonly #kept = new Map<string, KeptRows>();

  constructor(rowsPerUnit: number, hash: KeyedHash) {
    this.rowsPerUnit = rowsPerUnit;
    this.#hash = hash;
  }

  /** Units seen so far. */
  get units(): number {
    return this.#kept.size;
  }

  /** @param row its number in the dataset version, whole, 0..2^53-1 */
  offer(unit: string, row: number): void {
    this.#keep(unit, this.#hash.hash(row, CAP_TAG), row);
  }

  /** Take over what the cap of another chunk, of the same key and K, kept. */
  merge(other: RowCap): void {
    for (const [unit, { hashes, rows }] of other.#kept) {
      for (const [place, hash] of hashes.entries()) this.#keep(unit, hash, rows[place]!);
    }
  }

  /** Numbers of the rows that are kept, ascending. */
  listRows(): Float64Array {
    const rows = [...this.#kept.values()].flatMap((kept) => kept.rows);
    return Float64Array.from(rows).sort();
  }

  #keep(unit: string, hash: number, row: number): void {
    const kept = this.#kept.get(unit);
    if (kept === undefined) {
      this.#kept.set(unit, { hashes: [hash], rows: [row] });
      return;
    }
    const { hashes, rows } = kept;
    // Sorted by hash; equal hashes by row, so that the order of chunks does not matter.
    let place = hashes.length;
    while (place > 0 && (hashes[place - 1]! > hash || (hashes[place - 1] === hash && rows[place - 1]! > row))) place--;
    if (place >= this.rowsPerUnit) return;
    hashes.splice(place, 0, hash);
    rows.splice(place, 0, row);
    if (hashes.length > this.rowsPerUnit) {
      hashes.pop();
      rows.pop();
    }
  }
}
