import { counted } from "@flamenco/policies/errors";
import type { CombinationAddition } from "@flamenco/policies/wire";
import { type LabeledHistogram, predictPatterns } from "../labeling/index.js";
import { combinationLimits } from "./limits.js";
import type { EvaluationContext, SubsetEvaluation } from "./subset-evaluation.js";

/**
 * What the last LF of a set adds to the others, on the test split, in numbers and in words.
 * @param before the set without its last LF, in the same order; absent for a set of one.
 */
export function describeAddition(
  after: SubsetEvaluation,
  before: SubsetEvaluation | undefined,
  { lfNames, task }: Pick<EvaluationContext, "lfNames" | "task">,
): CombinationAddition {
  const lf = after.lfs.at(-1)!;
  const { test } = after.splits;
  const rows = test.counts.reduce((sum, count) => sum + count, 0);
  // A set that never votes predicts nothing: a 0 would pass for a measurement.
  const f1 = after.covered === 0 ? null : (after.labelModel?.positiveF1 ?? null);
  const f1Before = before === undefined || before.covered === 0 ? null : (before.labelModel?.positiveF1 ?? null);
  const tally = tallyAddition(after, before);
  const percent = (part: number) => `${((100 * part) / Math.max(1, rows)).toFixed(1)} %`;
  const parts = [
    before === undefined
      ? `votes on ${counted(tally.coverageGainedRows, "row")} (${percent(tally.coverageGainedRows)})`
      : tally.coverageGainedRows === 0
        ? "no row that is not covered"
        : `${counted(tally.coverageGainedRows, "row")} more (${percent(tally.coverageGainedRows)})`,
    ...(tally.conflictRows === 0
      ? []
      : [
          `${tally.conflictsResolved} of ${tally.conflictRows} conflicts turn right${tally.conflictsBroken === 0 ? "" : `, ${tally.conflictsBroken} wrong`}`,
        ]),
    f1 === null
      ? `F1 of ${task.positive} unknown`
      : f1Before === null
        ? `F1 of ${task.positive} ${f1.toFixed(3)}`
        : `F1 of ${task.positive} ${f1Before.toFixed(3)} to ${f1.toFixed(3)}`,
  ];
  return {
    lf,
    f1,
    f1Gained: f1 === null || f1Before === null ? null : f1 - f1Before,
    ...tally,
    reason: `${lfNames[lf]}: ${parts.join("; ")}.`.slice(0, combinationLimits.reasonCharacters),
  };
}

/** Rows of the test split that an addition changes. */
function tallyAddition(after: SubsetEvaluation, before: SubsetEvaluation | undefined) {
  const { test } = after.splits;
  const { lfCount, labelCount: k, patterns, counts, truthCounts } = test;
  const others = withoutLast(test);
  const [predicted, predictedBefore] = [
    predictPatterns(after.model, test),
    before === undefined ? new Int8Array(counts.length).fill(-1) : predictPatterns(before.model, others),
  ];
  const tally = { coverageGainedRows: 0, conflictRows: 0, conflictsResolved: 0, conflictsBroken: 0 };
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const votes = patterns.subarray(pattern * lfCount, (pattern + 1) * lfCount - 1).filter((vote) => vote >= 0);
    if (votes.length === 0 && patterns[(pattern + 1) * lfCount - 1]! >= 0) tally.coverageGainedRows += counts[pattern]!;
    if (!votes.some((vote) => vote !== votes[0])) continue;
    tally.conflictRows += counts[pattern]!;
    for (let label = 0; label < k; label++) {
      const rows = truthCounts[pattern * k + label]!;
      const [right, rightBefore] = [predicted[pattern] === label, predictedBefore[pattern] === label];
      if (right && !rightBefore) tally.conflictsResolved += rows;
      if (!right && rightBefore) tally.conflictsBroken += rows;
    }
  }
  return tally;
}

/** Patterns without their last vote; they may repeat, which predictions do not mind. */
function withoutLast(histogram: LabeledHistogram): LabeledHistogram {
  const { lfCount, patterns } = histogram;
  return {
    ...histogram,
    lfCount: lfCount - 1,
    patterns: patterns.filter((_, index) => index % lfCount !== lfCount - 1),
  };
}
