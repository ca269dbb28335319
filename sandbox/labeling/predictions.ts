import type { FittedLabelModel, SoftLabels } from "./label-model.js";
import { ABSTAIN, type VoteHistogram } from "./vote-histogram.js";

/** Probabilities nearer than this tie (the tolerance of Snorkel's `probs_to_preds`). */
const TIE_TOLERANCE = 1e-5;

/** Soft label of every pattern of a histogram. Patterns without a vote have none. */
export function predictSoftLabels(model: FittedLabelModel, histogram: VoteHistogram): SoftLabels {
  const { lfCount, patterns, counts } = histogram;
  const { labelCount } = model;
  const probabilities = new Float64Array(counts.length * labelCount);
  const labeled = new Uint8Array(counts.length);
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const soft = model.predictPattern(patterns.subarray(pattern * lfCount, (pattern + 1) * lfCount));
    if (soft === null) continue;
    probabilities.set(soft, pattern * labelCount);
    labeled[pattern] = 1;
  }
  return { labelCount, probabilities, labeled };
}

/**
 * Predicted label of every pattern of a histogram: the most probable one, -1 for none. A tie goes to the label with the
 * greater class balance; where that is equal too, the pattern gets no prediction rather than an arbitrary one.
 */
export function predictPatterns(model: FittedLabelModel, histogram: VoteHistogram): Int8Array {
  const { labelCount, probabilities, labeled } = predictSoftLabels(model, histogram);
  const prior = model.document.classBalance;
  return Int8Array.from(labeled, (known, pattern) =>
    known === 0
      ? ABSTAIN
      : decideLabel(probabilities.subarray(pattern * labelCount, (pattern + 1) * labelCount), prior),
  );
}

function decideLabel(soft: Float64Array, prior: readonly number[]): number {
  const largest = Math.max(...soft);
  const tied = [...soft.keys()].filter((label) => largest - soft[label]! < TIE_TOLERANCE);
  const greatest = Math.max(...tied.map((label) => prior[label] ?? 0));
  const best = tied.filter((label) => (prior[label] ?? 0) === greatest);
  return best.length === 1 ? best[0]! : ABSTAIN;
}

/**
 * Share of the histogram's rows on which two predictors differ; a missing prediction differs from any label. `null` when
 * the histogram has no rows.
 */
export function comparePredictions(first: Int8Array, second: Int8Array, histogram: VoteHistogram): number | null {
  let rows = 0;
  let differing = 0;
  for (let pattern = 0; pattern < histogram.counts.length; pattern++) {
    const count = histogram.counts[pattern]!;
    rows += count;
    if (first[pattern] !== second[pattern]) differing += count;
  }
  return rows === 0 ? null : differing / rows;
}
