import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { FitPool, listGrid, type SearchRequest, stratifiedFolds } from "@flamenco/sandbox/search";

const ROWS = 120;
const random = new SeededRandom(11);
const values = Float64Array.from({ length: ROWS * 3 }, () => random.nextFloat());
/** Label of each row: its first feature, and some noise. */
const truth = Int32Array.from({ length: ROWS }, (_, row) =>
  values[row * 3]! + 0.4 * random.nextFloat() > 0.7 ? 1 : 0,
);
const weights = new Float64Array(ROWS * 2);
for (const [row, label] of truth.entries()) weights[row * 2 + label] = 1;

export const data = {
  samples: { rows: ROWS, steps: 1, features: ["a", "b", "c"], values },
  labels: { labelCount: 2, weights },
};
export const scoring = { labels: ["benign", "attack"], positive: 1, truth, metric: "macroF1" } as const;
export const allRows = Int32Array.from({ length: ROWS }, (_, row) => row);

/** Four trees on three folds. */
export const request: SearchRequest = {
  candidates: listGrid({ fixed: { model: "tree" }, vary: { depth: [1, 2, 6, null] } }),
  folds: stratifiedFolds(allRows, scoring, 3, 5),
  scoring,
  seed: 9,
};

/** Run work with threads, and end them. */
export async function withPool<T>(
  threads: number,
  work: (pool: FitPool) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): Promise<T> {
  const pool = new FitPool(data, { threads, signal });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}
