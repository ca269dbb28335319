import { FlamencoError } from "../errors/index.js";
import { tileHeight, tileWidth } from "./log-tiles.js";
import { emptyRoot, nodeHash } from "./merkle-hash.js";

/** A tile that has just become full: its level, its index within the level, its 256 hashes. */
export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
}

/** Hashes of a full tile that was handed out before. */
export type ReadTile = (level: number, index: number) => Promise<readonly Uint8Array[]>;

/**
 * The writer's side of a Merkle log (RFC 6962 hashes, c2sp.org/tlog-tiles). It holds only the tiles at the right edge that
 * are not full, at most 255 hashes a level; full ones are read back where a proof needs them. Proofs are made bottom up, from
 * the place of each node; `merkle-proofs.ts` checks them top down, from the definition, and shares nothing with this file
 * but the two hashes.
 */
export class TileTree {
  /** By level: hashes of the tile that is not full. */
  readonly #edges: Uint8Array[][] = [];
  readonly #readTile: ReadTile;
  #size = 0;

  constructor(readTile: ReadTile) {
    this.#readTile = readTile;
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** Add a leaf by its hash. @returns tiles that became full by it, lowest level first. */
  append(leaf: Uint8Array): FullTile[] {
    const full: FullTile[] = [];
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      const edge = this.#edges[level] ?? [];
      this.#edges[level] = edge;
      edge.push(hash);
      if (edge.length < tileWidth) break;
      this.#edges[level] = [];
      full.push({ level, index: Math.floor(this.#size / tileWidth ** (level + 1)), hashes: edge });
      hash = foldPerfect(edge);
    }
    this.#size += 1;
    return full;
  }

  /** Root of the tree as it is. */
  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const edge of this.#edges) {
      // A tile's hashes are the leaves of a small tree; what hangs right of it, one level below, is its last leaf.
      const hashes = root === undefined ? edge : [...edge, root];
      if (hashes.length > 0) root = foldLeft(hashes);
    }
    return root ?? emptyRoot();
  }

  /**
   * Inclusion path of a leaf (RFC 6962 section 2.1.1) in the tree as it is, from the leaf's sibling up.
   * @throws FLM_NOT_FOUND when there is no such leaf
   */
  async inclusionPath(index: number): Promise<Uint8Array[]> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.#size) throw noSuchTree();
    return this.#pathFrom(0, index);
  }

  /**
   * Consistency proof (RFC 6962 section 2.1.2) that the tree as it is continues the one of its first `size` leaves.
   * @throws FLM_NOT_FOUND when it never had that size
   */
  async consistencyProof(size: number): Promise<Uint8Array[]> {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#size) throw noSuchTree();
    if (size === 0 || size === this.#size) return [];
    // The last whole subtree of the older tree: both trees hold it, and everything else is its surroundings.
    let height = 0;
    let node = size;
    while (node % 2 === 0) {
      node /= 2;
      height += 1;
    }
    const path = await this.#pathFrom(height, node - 1);
    // A power of two is one subtree whole: the older root itself, which the verifier knows.
    return node === 1 ? path : [await this.#subtree(height, node - 1), ...path];
  }

  /** Siblings of a whole subtree, from its own up to the root. */
  async #pathFrom(height: number, node: number): Promise<Uint8Array[]> {
    const path: Uint8Array[] = [];
    for (let at = node, level = height; 2 ** level < this.#size; level += 1, at = Math.floor(at / 2)) {
      const sibling = at % 2 === 0 ? at + 1 : at - 1;
      if (sibling * 2 ** level < this.#size) path.push(await this.#range(sibling, level));
    }
    return path;
  }

  /** Hash of the subtree of 2^height leaves at a place, as far as its leaves are there. */
  async #range(node: number, height: number): Promise<Uint8Array> {
    const end = Math.min((node + 1) * 2 ** height, this.#size);
    const pieces: Uint8Array[] = [];
    let start = node * 2 ** height;
    for (let level = height; start < end; level -= 1) {
      if (start + 2 ** level > end) continue;
      pieces.push(await this.#subtree(level, start / 2 ** level));
      start += 2 ** level;
    }
    return pieces.reduceRight((right, left) => nodeHash(left, right));
  }

  /** Hash of a subtree whose 2^height leaves are all there: part of one tile. */
  async #subtree(height: number, node: number): Promise<Uint8Array> {
    const level = Math.floor(height / tileHeight);
    const width = 2 ** (height % tileHeight);
    const first = node * width;
    const index = Math.floor(first / tileWidth);
    const isFull = (index + 1) * tileWidth ** (level + 1) <= this.#size;
    const hashes = isFull ? await this.#readTile(level, index) : (this.#edges[level] ?? []);
    return foldPerfect(hashes.slice(first % tileWidth, (first % tileWidth) + width));
  }
}

/** Root over 2^k hashes. */
function foldPerfect(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, pair) => nodeHash(at(row, 2 * pair), at(row, 2 * pair + 1)));
  }
  return at(row, 0);
}

/** Root over any number of hashes: in each row, one that has no partner is taken up as it is. */
function foldLeft(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    row = Array.from({ length: Math.ceil(row.length / 2) }, (_, pair) =>
      2 * pair + 1 < row.length ? nodeHash(at(row, 2 * pair), at(row, 2 * pair + 1)) : at(row, 2 * pair),
    );
  }
  return at(row, 0);
}

function at(hashes: readonly Uint8Array[], index: number): Uint8Array {
  const hash = hashes[index];
  if (hash === undefined) throw new FlamencoError("FLM_INTERNAL", "A tile of the log has too few hashes.");
  return hash;
}

const noSuchTree = (): FlamencoError =>
  new FlamencoError("FLM_NOT_FOUND", "The log has no such entry, or never had that size.");
