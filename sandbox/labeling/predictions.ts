import { createPredictor, type ModelParameters } from "./evidence.js";
import type { FittedLabelModel, SoftLabels } from "./label-model.js";
import { parametersOf } from "./saved-model.js";
import { ABSTAIN, type VoteHistogram } from "./vote-histogram.js";

/** Probabilities nearer than this tie (the tolerance of Snorkel's `probs_to_preds`). */
const TIE_TOLERANCE = 1e-5;

/** Soft label of every pattern of a histogram. Patterns without a vote have none. */
export function predictSoftLabels(model: FittedLabelModel, histogram: VoteHistogram): SoftLabels {
  const { labelCount } = model;
  const probabilities = new Float64Array(histogram.counts.length * labelCount);
  const labeled = new Uint8Array(histogram.counts.length);
  for (const [pattern, votes] of votesOfPatterns(histogram)) {
    const soft = model.predictPattern(votes);
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
  return decidePatterns(parametersOf(model.document), histogram);
}

/** `predictPatterns` for a fit that has no document yet. */
export function decidePatterns(parameters: ModelParameters, histogram: VoteHistogram): Int8Array {
  const predict = createPredictor(parameters);
  const predictions = new Int8Array(histogram.counts.length).fill(ABSTAIN);
  for (const [pattern, votes] of votesOfPatterns(histogram)) {
    if (votes.some((vote) => vote >= 0)) predictions[pattern] = decideLabel(predict(votes), parameters.balance.prior);
  }
  return predictions;
}

function* votesOfPatterns({ lfCount, patterns, counts }: VoteHistogram): Generator<[number, Int8Array]> {
  for (let pattern = 0; pattern < counts.length; pattern++) {
    yield [pattern, patterns.subarray(pattern * lfCount, (pattern + 1) * lfCount)];
  }
}

/** The most probable label; a tie goes to the greater prior, and without one to nobody (-1). */
export function decideLabel(soft: Float64Array, prior: readonly number[]): number {
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
