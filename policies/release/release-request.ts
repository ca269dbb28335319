import type { OutputName } from "../wire/index.js";
import { assertWholeWithin } from "./accepted-range.js";
import { releaseLimits } from "./limits.js";
import { publicRows } from "./public-rows.js";

/** What a release would say, in numbers that are public before any row is read. */
export interface ReleaseRequest {
  /** n of the dataset version, and of its training and test splits. */
  readonly rows: number;
  readonly trainingRows: number;
  readonly testRows: number;
  /** m and k. */
  readonly lfs: number;
  readonly labels: number;
  readonly outputs: readonly OutputName[];
  /** Absent: that of the rules. */
  readonly epsilon?: number;
}

/** A question to a dataset version, as both ends know it. */
export interface AskedRelease extends Pick<ReleaseRequest, "lfs" | "labels" | "outputs"> {
  /** Rows of the dataset version, or what is told of them. */
  readonly rows: number;
  /** Whether it has ground truth: metrics are of rows that have. */
  readonly hasTruth: boolean;
  readonly epsilon?: number | undefined;
}

/** Shares of the rows in the training and the test split. */
const splitShares = Object.freeze({ training: 0.6, test: 0.2 });

/**
 * What a node plans a release from; a researcher who does the same knows price and noise beforehand.
 * @throws FLM_RELEASE_RANGE for a number of rows that no dataset has
 */
export function describeRelease({ rows, hasTruth, epsilon, ...asked }: AskedRelease): ReleaseRequest {
  const told = publicRows(assertWholeWithin(rows, "rows", releaseLimits.rows));
  return {
    ...asked,
    rows: told,
    trainingRows: Math.max(1, Math.floor(splitShares.training * told)),
    testRows: hasTruth ? Math.floor(splitShares.test * told) : 0,
    ...(epsilon === undefined ? {} : { epsilon }),
  };
}
