import { SeededRandom } from "./seeded-random.js";

/**
 * Numbers of `size` rows drawn from those that `mask` selects, in the rows' order; all of them when there are no more. The
 * same seed draws the same rows.
 */
export function sampleRows(mask: Uint8Array, size: number, seed: number): Int32Array {
  const rows = new Int32Array(mask.length);
  let found = 0;
  for (let row = 0; row < mask.length; row++) if (mask[row] !== 0) rows[found++] = row;
  const selected = rows.subarray(0, found);
  if (found <= size) return selected;
  new SeededRandom(seed).shuffle(selected);
  return selected.subarray(0, size).sort();
}
