import { FlamencoError } from "../errors/index.js";

/** Hashes of a full tile, and entries of a full bundle (c2sp.org/tlog-tiles). */
export const tileWidth = 256;

/** Levels of the binary tree that one tile spans: 2^8 = 256. */
export const tileHeight = 8;

/**
 * Path of a tile of hashes, or of a bundle of entries, below a log's address (c2sp.org/tlog-tiles): three digits an element,
 * all but the last with an `x`, so that 1,234,067 is `x001/x234/067`.
 * @param level of the tile, or `entries`
 * @param index of the tile within its level, from 0
 * @param width hashes of a partial tile, 1 to 255; `tileWidth` for a full one
 * @throws FLM_INTERNAL for an index or width that no log has
 */
export function tilePath(level: number | "entries", index: number, width: number = tileWidth): string {
  if (!Number.isSafeInteger(index) || index < 0 || !Number.isInteger(width) || width < 1 || width > tileWidth) {
    throw new FlamencoError("FLM_INTERNAL", "A log has no such tile.");
  }
  const elements = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    elements.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${level}/${elements.join("/")}${width === tileWidth ? "" : `.p/${width}`}`;
}
