import type { Outliers } from "./find-outliers.js";

/**
 * Scores as probabilities for `evaluate`, two a row: they rank rows as the scores do, and those above one half are the flagged ones.
 * Their sizes mean nothing else.
 */
export function toFlagProbabilities({ scores, flags }: Pick<Outliers, "scores" | "flags">): Float64Array {
  const ranks = new Map([...new Set(scores.slice().sort())].map((score, rank) => [score, rank]));
  const probabilities = new Float64Array(2 * scores.length);
  for (let row = 0; row < scores.length; row++) {
    const share = (ranks.get(scores[row]!)! + 1) / (ranks.size + 1);
    const probability = (share + flags[row]!) / 2;
    probabilities[2 * row] = 1 - probability;
    probabilities[2 * row + 1] = probability;
  }
  return probabilities;
}
