import type { OutputName } from "../wire/index.js";

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
