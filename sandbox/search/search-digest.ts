import { createHash } from "node:crypto";
import { canonicalJson } from "@flamenco/policies/trust";
import type { FitData } from "./fit-task.js";
import type { Scoring } from "./fold-score.js";
import type { Fold } from "./folds.js";
import type { Candidate } from "./search-space.js";

/** SHA-256, in hex, of everything that the scores of a search depend on. */
export function digestSearch(
  { samples, labels }: FitData,
  folds: readonly Fold[],
  candidates: readonly Candidate[],
  { truth, ...scoring }: Scoring,
  seed: number,
): string {
  const { rows, steps, features } = samples;
  const { labelCount } = labels;
  const hash = createHash("sha256");
  hash.update(
    canonicalJson({
      rows,
      steps,
      features,
      labelCount,
      folds: folds.map(({ train, test }) => [train.length, test.length]),
      candidates: candidates.map(({ spec }) => spec),
      scoring,
      seed,
    }),
  );
  const parts = [samples.values, labels.weights, truth, ...folds.flatMap(({ train, test }) => [train, test])];
  for (const { buffer, byteOffset, byteLength } of parts) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex");
}
