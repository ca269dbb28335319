import type { ReleaseRequest } from "./release-request.js";

/** Standard deviations of the noise of one cell, in rows; `null` where the release has no such part. */
export interface PartSigmas {
  readonly votes: number;
  readonly confusion: number | null;
  readonly leaves: number | null;
  readonly labels: number;
}

/** Typical error that the noise alone causes, as shares (0.01 is one point). Follows from public numbers. */
export interface ExpectedErrors {
  /** Of an LF's coverage: one standard deviation. */
  readonly coverage: number;
  /** Accuracy of labels that the label model loses against a fit to exact counts. */
  readonly labelAccuracyLoss: number;
  /** Of an F1, half the test rows being positive: one standard deviation; `null` without metrics. */
  readonly f1: number | null;
  /** Of the share of rows at a leaf; `null` without trees. */
  readonly leafShare: number | null;
}

/** @param request with numbers that were checked */
export function expectErrors(request: ReleaseRequest, sigmas: PartSigmas): ExpectedErrors {
  const { trainingRows, testRows, outputs, labels } = request;
  const share = (sigma: number | null, rows: number) => (sigma === null || rows === 0 ? null : sigma / rows);
  const noise = sigmas.votes / trainingRows;
  const confusion = share(sigmas.confusion, testRows);
  return {
    coverage: Math.sqrt(labels) * noise,
    labelAccuracyLoss: noise,
    f1: confusion === null || !outputs.includes("metrics") ? null : 2 * confusion,
    leafShare: share(sigmas.leaves, testRows),
  };
}
