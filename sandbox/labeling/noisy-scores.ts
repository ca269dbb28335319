import { showCount } from "@flamenco/policies/release";
import type { Scores, Task } from "@flamenco/policies/wire";
import { scoreConfusion } from "./scores.js";

/** Where the counts of a noisy confusion table stand, and their noise. */
export interface NoisyConfusion {
  /** `counts[truth * (k + 1) + prediction]`, the last column without a prediction. */
  readonly counts: readonly number[];
  /** Standard deviation of the noise of a cell, in rows. */
  readonly sigma: number;
  readonly minimumSupportRows: number;
}

/**
 * F1 and friends from a noisy confusion table. Scores use every cell, cut off at 0; a cell that is too small to show is shown
 * as 0, and the reasons say so.
 */
export function scoreNoisyConfusion({ counts, sigma, minimumSupportRows }: NoisyConfusion, task: Task): Scores {
  const width = task.labels.length + 1;
  const rows = (value: (count: number) => number) =>
    task.labels.map((_, truth) => counts.slice(truth * width, (truth + 1) * width).map(value));
  const scores = scoreConfusion(
    rows((count) => Math.max(0, count)),
    task,
  );
  const hidden = counts.filter((count) => showCount(count, sigma, minimumSupportRows) === null).length;
  return {
    ...scores,
    confusion: rows((count) => showCount(count, sigma, minimumSupportRows) ?? 0),
    reasons: [
      ...scores.reasons,
      `Counts against ground truth carry noise of standard deviation ${sigma.toFixed(1)} rows${hidden === 0 ? "" : `; ${hidden} of them are too small to show and stand as 0`}.`,
    ],
  };
}
