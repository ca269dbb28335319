import type { WorkPause } from "../learning/index.js";
import { quantileOf, type SeededRandom } from "../preprocess/index.js";
import { chiSquareQuantile } from "./chi-square.js";
import { fitEllipse, measureDistances, type Points } from "./ellipse.js";
import { findDensestHalf } from "./fast-mcd.js";

/** Share of normal rows within the ellipse that counts for the reweighted estimates, and that is flagged by. */
export const NORMAL_SHARE = 0.975;

/**
 * Squared robust Mahalanobis distances: from the densest half of the rows (FAST-MCD), whose covariance is made consistent at the
 * normal distribution by its median distance, then from all rows within the 97.5 % ellipse, which wastes fewer of them (Rousseeuw &
 * Van Driessen 1999, section 4; so does scikit-learn's `MinCovDet`).
 * @throws FLM_INTERRUPTED
 */
export async function measureRobustDistances(
  points: Points,
  random: SeededRandom,
  pause: WorkPause,
): Promise<Float64Array> {
  const { width, values } = points;
  const all = Int32Array.from({ length: values.length / width }, (_, row) => row);
  const half = await findDensestHalf(points, random, pause);
  const raw = measureDistances(points, all, fitEllipse(points, half));
  const factor = quantileOf(raw.slice().sort(), 0.5) / chiSquareQuantile(0.5, width);
  const cut = chiSquareQuantile(NORMAL_SHARE, width) * factor;
  const inliers = all.filter((row) => raw[row]! <= cut);
  return measureDistances(points, all, fitEllipse(points, inliers));
}
