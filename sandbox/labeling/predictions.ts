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
 * What happens where several labels are equally probable: `prior` takes the one with the greater class balance and predicts
 * nothing where that is equal too; `abstain` predicts nothing; `random` takes one by a hash of the votes, so that the same
 * votes always get the same label.
 */
export const tiePolicies = ["prior", "abstain", "random"] as const;
export type TiePolicy = (typeof tiePolicies)[number];

/** Predicted label of every pattern of a histogram: the most probable one, -1 for none. */
export function predictPatterns(
  model: FittedLabelModel,
  histogram: VoteHistogram,
  ties: TiePolicy = "prior",
): Int8Array {
  return decidePatterns(parametersOf(model.document), histogram, ties);
}

/** `predictPatterns` for a fit that has no document yet. */
export function decidePatterns(
  parameters: ModelParameters,
  histogram: VoteHistogram,
  ties: TiePolicy = "prior",
): Int8Array {
  const predict = createPredictor(parameters);
  const predictions = new Int8Array(histogram.counts.length).fill(ABSTAIN);
  for (const [pattern, votes] of votesOfPatterns(histogram)) {
    if (!votes.some((vote) => vote >= 0)) continue;
    const tied = listTied(predict(votes));
    if (tied.length === 1) predictions[pattern] = tied[0]!;
    else if (ties === "random") predictions[pattern] = tied[hashVotes(votes) % tied.length]!;
    else if (ties === "prior") predictions[pattern] = favorPrior(tied, parameters.balance.prior);
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
  return favorPrior(listTied(soft), prior);
}

function listTied(soft: Float64Array): number[] {
  const largest = Math.max(...soft);
  return [...soft.keys()].filter((label) => largest - soft[label]! < TIE_TOLERANCE);
}

function favorPrior(tied: readonly number[], prior: readonly number[]): number {
  const greatest = Math.max(...tied.map((label) => prior[label] ?? 0));
  const best = tied.filter((label) => (prior[label] ?? 0) === greatest);
  return best.length === 1 ? best[0]! : ABSTAIN;
}

/** FNV-1a, 32 bits, finished as MurmurHash3 is: its lowest bits alone would follow the parity of the votes. */
function hashVotes(votes: Int8Array): number {
  let hash = 0x811c9dc5;
  for (const vote of votes) hash = Math.imul(hash ^ (vote - ABSTAIN), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
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
