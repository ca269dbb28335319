import { FlamencoError } from "@flamenco/policies/errors";
import { NeighborSearch, type WorkPause } from "../learning/index.js";
import type { Points } from "./ellipse.js";
import { outlierLimits } from "./limits.js";

/** Kept from a density of nothing but equal rows being infinite, as in scikit-learn. */
const LEAST_REACH = 1e-10;

/**
 * Local Outlier Factor of every row (Breunig et al. 2000): how much denser its neighbors lie than it does; about 1 within a cluster,
 * more outside. Exactly `neighbors` neighbors count, of equal distances the lower rows.
 * @throws FLM_LEARN_FEW_ROWS, FLM_TOO_LARGE, FLM_INTERRUPTED
 */
export async function measureLocalFactors(
  { width, values }: Points,
  neighbors: number,
  pause: WorkPause,
): Promise<Float64Array> {
  const count = values.length / width;
  if (neighbors >= count) {
    throw new FlamencoError(
      "FLM_LEARN_FEW_ROWS",
      `${neighbors} neighbors need ${neighbors + 1} rows; there are ${count}.`,
    );
  }
  if (count * neighbors > outlierLimits.neighborCells) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `${count} rows of ${neighbors} neighbors are more than ${outlierLimits.neighborCells} in all. Take fewer rows or neighbors.`,
    );
  }
  const search = new NeighborSearch(values, width);
  const near = new Int32Array(count * neighbors);
  const distances = new Float64Array(count * neighbors);
  for (let row = 0; row < count; row++) {
    const found = search.find(values.subarray(row * width, (row + 1) * width), neighbors, row);
    near.set(found.rows, row * neighbors);
    distances.set(found.distances, row * neighbors);
    await pause.after((row + 1) / count);
  }
  const densities = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    let reach = 0;
    for (let slot = row * neighbors; slot < (row + 1) * neighbors; slot++) {
      reach += Math.max(distances[slot]!, distances[(near[slot]! + 1) * neighbors - 1]!);
    }
    densities[row] = 1 / (reach / neighbors + LEAST_REACH);
  }
  return densities.map((density, row) => {
    let sum = 0;
    for (let slot = row * neighbors; slot < (row + 1) * neighbors; slot++) sum += densities[near[slot]!]!;
    return sum / neighbors / density;
  });
}
