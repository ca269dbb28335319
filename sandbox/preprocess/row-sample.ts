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
  const random = new SeededRandom(seed);
  // Fisher-Yates as far as it is needed.
  for (let place = 0; place < size; place++) {
    const other = place + random.nextBelow(found - place);
    const row = selected[place]!;
    selected[place] = selected[other]!;
    selected[other] = row;
  }
  return selected.slice(0, size).sort();
}
