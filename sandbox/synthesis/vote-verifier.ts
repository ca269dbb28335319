import type { LabelModel, Scores, Task } from "@flamenco/policies/wire";
import {
  buildHistogram,
  type FittedLabelModel,
  fitLabelModel,
  histogramOf,
  type LabeledHistogram,
  predictPatterns,
  predictSoftLabels,
  scorePredictions,
} from "../labeling/index.js";

/** Votes of LFs on the rows of one split: `votes[lf][row]`. */
export interface SplitVotes {
  readonly votes: readonly Int8Array[];
  /** Label index of each row, -1 unknown. */
  readonly truth: Int8Array;
}

export interface VerifierInput {
  readonly train: SplitVotes;
  readonly validation: SplitVotes;
  /** For scores alone. */
  readonly test?: SplitVotes;
  readonly task: Task;
  readonly lfNames: readonly string[];
}

/** What a label model makes of a set of LFs. */
export interface Verification {
  readonly model: FittedLabelModel;
  /** Probability of label 1 of each validation row; 1/2 where no LF votes. */
  readonly probability: Float64Array;
  readonly validation: Scores;
  /** `null` when no training row's label is known. Never used to learn or to choose. */
  readonly train: Scores | null;
  /** `null` without labeled test rows. */
  readonly test: Scores | null;
  /** Accuracy of each LF as learned from votes alone; `null` where the votes do not tell. */
  readonly learned: readonly (number | null)[];
}

/** Snuba's verifier: a label model of ours, fitted on training votes and labeled validation rows. */
export function verifyVotes({ train, validation, test, task, lfNames }: VerifierInput): Verification {
  const splits = [train, validation, ...(test === undefined ? [] : [test])];
  const { histogram, patternOfRow } = buildHistogram({
    votes: interleave(splits),
    lfCount: lfNames.length,
    labelCount: 2,
  });
  const ends = splits.map((_, index) => splits.slice(0, index + 1).reduce((sum, { truth }) => sum + truth.length, 0));
  const counts = splits.map(({ truth }, index) =>
    histogramOf(patternOfRow.subarray(ends[index]! - truth.length, ends[index]), histogram, undefined, truth),
  );
  const [trainCounts, validationCounts, testCounts] = counts as [LabeledHistogram, LabeledHistogram, LabeledHistogram?];
  // Counts alone: the label model must not see the truth of training rows.
  const { truthCounts: _, ...trainVotes } = trainCounts;
  const shared = { labels: task.labels, lfNames };
  const model = fitLabelModel(trainVotes, { ...shared, model: "auto", validation: validationCounts });
  const soft = predictSoftLabels(model, histogram);
  const predictions = predictPatterns(model, histogram);
  const score = (labeled: LabeledHistogram | undefined) =>
    labeled?.truthCounts.some((rows) => rows > 0) === true ? scorePredictions(predictions, labeled, task) : null;
  return {
    model,
    probability: Float64Array.from(patternOfRow.subarray(ends[0]!, ends[1]!), (pattern) =>
      soft.labeled[pattern] === 1 ? soft.probabilities[pattern * 2 + 1]! : 0.5,
    ),
    validation: scorePredictions(predictions, validationCounts, task),
    train: score(trainCounts),
    test: score(testCounts),
    learned: learnFromVotes(trainVotes, shared, model.document.classBalance),
  };
}

function learnFromVotes(
  trainVotes: Parameters<typeof fitLabelModel>[0],
  shared: { readonly labels: readonly string[]; readonly lfNames: readonly string[] },
  classBalance: LabelModel["classBalance"],
): readonly (number | null)[] {
  const { document } = fitLabelModel(trainVotes, { ...shared, model: "moments", classBalance });
  return document.identified ? document.weights : shared.lfNames.map(() => null);
}

/** Row-major votes of the splits, one after the other. */
function interleave(splits: readonly SplitVotes[]): Int8Array {
  const lfCount = splits[0]!.votes.length;
  const votes = new Int8Array(splits.reduce((sum, { truth }) => sum + truth.length, 0) * lfCount);
  let first = 0;
  for (const split of splits) {
    for (const [lf, column] of split.votes.entries()) {
      for (let row = 0; row < column.length; row++) votes[(first + row) * lfCount + lf] = column[row]!;
    }
    first += split.truth.length;
  }
  return votes;
}
