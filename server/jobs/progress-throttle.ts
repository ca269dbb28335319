import type { Progress } from "@flamenco/policies/wire";
import { limits } from "../limits.js";

/** Let through the first progress of each stage, its last, and between them one per interval. */
export function createProgressThrottle(
  now: () => Date,
  pass: (progress: Progress) => void,
): (progress: Progress) => void {
  let stage: string | undefined;
  let passedAt = 0;
  return (progress) => {
    const at = now().getTime();
    const due = progress.stage !== stage || progress.done >= progress.total || at - passedAt >= limits.progressReportMs;
    if (!due) return;
    stage = progress.stage;
    passedAt = at;
    pass(progress);
  };
}
