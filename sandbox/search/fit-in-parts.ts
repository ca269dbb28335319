import type { FitPool } from "./fit-pool.js";
import type { Fit, FitTask } from "./fit-task.js";

/** Rows of a part at least: each part fits anew, which must be little beside its predictions. */
const PART_ROWS = 2_000;
/** Parts a thread at most: more tell progress more often, and cost more fits. */
const PARTS_PER_THREAD = 4;

/**
 * Fit a classifier and predict for many rows. Nearest neighbors, which fit in no time and predict slowly, predict parts of the rows
 * in all threads of the pool; each row's prediction depends on no other, so the answer is that of one thread.
 * @throws as `FitPool.fit`
 */
export async function fitInParts(
  pool: FitPool,
  task: FitTask,
  threads: number,
  onProgress: (share: number) => void = () => undefined,
): Promise<Fit> {
  const { spec, predict } = task;
  const parts = Math.min(PARTS_PER_THREAD * threads, Math.ceil(predict.length / PART_ROWS));
  if (spec.model !== "knn" || threads === 1 || parts < 2) return pool.fit(task, onProgress);
  const size = Math.ceil(predict.length / parts);
  let finished = 0;
  const fits = await Promise.all(
    Array.from({ length: Math.ceil(predict.length / size) }, async (_, part) => {
      const fit = await pool.fit({ ...task, predict: predict.slice(part * size, (part + 1) * size) });
      finished += 1;
      onProgress(finished / parts);
      return fit;
    }),
  );
  const { parameters, backend } = fits[0]!;
  const probabilities = new Float64Array(fits.reduce((length, fit) => length + fit.probabilities.length, 0));
  let offset = 0;
  for (const fit of fits) {
    probabilities.set(fit.probabilities, offset);
    offset += fit.probabilities.length;
  }
  return { probabilities, parameters, backend };
}
