import type { ReleaseRequest } from "./release-request.js";

/** Standard deviations of the noise of one cell, in rows; `null` where the release has no such part. */
export interface PartSigmas {
  readonly votes: number;
  readonly confusion: number | null;
  readonly leaves: number | null;
}

/** Typical error that the noise alone causes, as shares (0.01 is one point). Follows from public numbers. */
export interface ExpectedErrors {
  /** Of an LF's coverage: one standard deviation. */
  readonly coverage: number;
  /** Accuracy that labels lose against a label model fitted to exact counts. */
  readonly labelAccuracyLoss: number;
  /** Of an F1, half the test rows being positive: one standard deviation; `null` without metrics or test rows. */
  readonly f1: number | null;
  /** Of the share of rows at a leaf; `null` without trees or test rows. */
  readonly leafShare: number | null;
}

/**
 * Points of accuracy lost for each point of noise in a share of votes. Measured (`npm run bench -- privacy`): LFs that vote
 * seldom lose this much, others a fraction of it.
 */
const LOSS_OF_NOISE = 2.5;
/**
 * Of an F1 of 0.8 the derivatives by true positives, false positives and false negatives sum to 1.2 as squares do; each of these
 * is a sum of three cells where the table also tells what a tree predicts.
 */
const F1_OF_NOISE = 2;

/** @param request with numbers that were checked */
export function expectErrors(request: ReleaseRequest, sigmas: PartSigmas): ExpectedErrors {
  const { trainingRows, testRows, labels } = request;
  const ofTest = (sigma: number | null) => (sigma === null || testRows === 0 ? null : sigma / testRows);
  const noise = sigmas.votes / trainingRows;
  const confusion = ofTest(sigmas.confusion);
  return {
    coverage: Math.sqrt(labels) * noise,
    labelAccuracyLoss: LOSS_OF_NOISE * noise,
    f1: confusion === null ? null : F1_OF_NOISE * confusion,
    leafShare: ofTest(sigmas.leaves),
  };
}
