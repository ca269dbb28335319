import { FlamencoError } from "@flamenco/policies/errors";
import {
  assertFinite,
  assertSomeFeatureVaries,
  countUp,
  type FitOptions,
  fitStandardization,
  type Samples,
  standardize,
  WorkPause,
} from "../learning/index.js";
import { quantileOf, SeededRandom } from "../preprocess/index.js";
import { chiSquareQuantile } from "./chi-square.js";
import type { Points } from "./ellipse.js";
import { measureIsolation } from "./isolation-forest.js";
import { outlierLimits } from "./limits.js";
import { measureLocalFactors } from "./local-outlier-factor.js";
import { measureRobustDistances, NORMAL_SHARE } from "./robust-distances.js";

/** `lof`: Local Outlier Factor; `envelope`: Elliptic Envelope; `mcd`: robust distances; `forest`: Isolation Forest. */
export const outlierModels = ["lof", "envelope", "mcd", "forest"] as const;
export type OutlierModel = (typeof outlierModels)[number];

export interface OutlierOptions extends FitOptions {
  readonly model: OutlierModel;
  /**
   * Share of rows to flag. Where it is absent `lof` flags factors above 1.5, `forest` scores above 0.5, `mcd` distances beyond the
   * 97.5 % quantile of the chi-square distribution, and `envelope` a tenth of the rows.
   */
  readonly contamination?: number;
  /** Of `lof`; 20 when absent. */
  readonly neighbors?: number;
  /** Of `forest`; 100 when absent. */
  readonly trees?: number;
  /** Rows of each tree of `forest`; 256, or all where there are fewer, when absent. */
  readonly treeRows?: number;
  /** False: `lof` measures distances in the features' own units. The other models do not depend on units. */
  readonly scale?: boolean;
}

export interface Outliers {
  readonly model: OutlierModel;
  /** Of each row; the greater, the more of an outlier. */
  readonly scores: Float64Array;
  /** 1 for rows whose score is above the threshold. */
  readonly flags: Uint8Array;
  readonly threshold: number;
  /** Every setting that was in force. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Find the rows of a table that are unlike the others, without any labels. The same seed finds the same.
 * @param samples one step a row, without missing values
 * @throws FLM_LEARN_MISSING, FLM_LEARN_CONSTANT, FLM_LEARN_FEW_ROWS, FLM_TOO_LARGE, FLM_INTERRUPTED
 */
export async function findOutliers(samples: Samples, options: OutlierOptions): Promise<Outliers> {
  const { model, contamination } = options;
  const rows = countUp(samples.rows);
  if (samples.rows < 2) throw new FlamencoError("FLM_LEARN_FEW_ROWS", "Outliers need at least two rows.");
  assertFinite(samples, rows, model);
  assertSomeFeatureVaries(samples, rows, "rows");
  const { scores, threshold, parameters } = await measure(samples, rows, options);
  const cut = contamination === undefined ? threshold : quantileOf(scores.slice().sort(), 1 - contamination);
  return {
    model,
    scores,
    flags: Uint8Array.from(scores, (score) => (score > cut ? 1 : 0)),
    threshold: cut,
    parameters: { ...parameters, contamination: contamination ?? null },
  };
}

interface Measured {
  readonly scores: Float64Array;
  /** Above which a row is flagged when no contamination is given. */
  readonly threshold: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

async function measure(samples: Samples, rows: Int32Array, options: OutlierOptions): Promise<Measured> {
  const { neighbors = 20, trees = 100, treeRows = 256, scale = true } = options;
  const pause = new WorkPause(options);
  const width = samples.features.length;
  const points = { width, values: standardize(samples, rows, fitStandardization(samples, rows)).values };
  switch (options.model) {
    case "lof": {
      const measured = scale ? points : { width, values: samples.values };
      const scores = await measureLocalFactors(measured, neighbors, pause);
      return { scores, threshold: 1.5, parameters: { neighbors, scale } };
    }
    case "forest": {
      const scores = await measureIsolation(points, { trees, treeRows }, new SeededRandom(options.seed), pause);
      return { scores, threshold: 0.5, parameters: { trees, treeRows: Math.min(treeRows, samples.rows) } };
    }
    default: {
      const { scores, degrees } = await measureEllipse(points, samples.rows, options.seed, pause);
      const threshold =
        options.model === "mcd" ? chiSquareQuantile(NORMAL_SHARE, degrees) : quantileOf(scores.slice().sort(), 0.9);
      return { scores, threshold, parameters: { features: degrees } };
    }
  }
}

/** Distances over the features that vary: a constant one has no variance to measure by. */
async function measureEllipse(
  { width, values }: Points,
  rows: number,
  seed: number,
  pause: WorkPause,
): Promise<{ readonly scores: Float64Array; readonly degrees: number }> {
  const varying = countUp(width).filter((feature) => {
    for (let row = 0; row < rows; row++) if (values[row * width + feature] !== 0) return true;
    return false;
  });
  const degrees = varying.length;
  if (degrees > outlierLimits.covarianceFeatures) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `A covariance has at most ${outlierLimits.covarianceFeatures} features; ${degrees} vary.`,
    );
  }
  if (rows < 2 * degrees) {
    throw new FlamencoError(
      "FLM_LEARN_FEW_ROWS",
      `A robust covariance of ${degrees} features needs at least ${2 * degrees} rows; there are ${rows}.`,
    );
  }
  const kept = new Float64Array(rows * degrees);
  for (let cell = 0; cell < kept.length; cell++) {
    kept[cell] = values[Math.floor(cell / degrees) * width + varying[cell % degrees]!]!;
  }
  const scores = await measureRobustDistances({ width: degrees, values: kept }, new SeededRandom(seed), pause);
  return { scores, degrees };
}
