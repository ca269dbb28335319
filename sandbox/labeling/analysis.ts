import { FlamencoError } from "@flamenco/policies/errors";
import { type Analysis, Analysis as AnalysisSchema, type LfAnalysis, parseDocument } from "@flamenco/policies/wire";
import { warnAboutVotes } from "./analysis-warnings.js";
import { countPairs, shareAgreement } from "./pair-counts.js";
import type { LabeledHistogram, VoteHistogram } from "./vote-histogram.js";
import { countVotes } from "./vote-totals.js";

export interface AnalysisOptions {
  /** Names of the LFs, in the histogram's order. */
  readonly lfNames: readonly string[];
  /** The task's labels, in order. */
  readonly labels: readonly string[];
  /** `truthCounts[p * k + y]`; absent: those of a LabeledHistogram, else nothing is known. */
  readonly truthCounts?: Float64Array;
  /** Weights of a label model, `null` where unknown. */
  readonly weights?: readonly (number | null)[];
}

/**
 * The LF analysis: the columns of Snorkel's `LFAnalysis.lf_summary` with the learned weight, pairwise agreement, and
 * warnings about LFs that never vote, repeat each other or depend on each other. An LF that never votes has `null` where
 * Snorkel divides by zero.
 * @throws FLM_INTERNAL when names, labels or counts do not fit the histogram.
 */
export function analyzeVotes(histogram: VoteHistogram | LabeledHistogram, options: AnalysisOptions): Analysis {
  const { lfCount: m, labelCount: k, counts } = histogram;
  const { lfNames, labels, weights } = options;
  const truthCounts =
    options.truthCounts ?? ("truthCounts" in histogram ? histogram.truthCounts : new Float64Array(counts.length * k));
  if (lfNames.length !== m || labels.length !== k || truthCounts.length !== counts.length * k) {
    throw new FlamencoError("FLM_INTERNAL", "Names, labels and truth must fit the histogram.");
  }
  const labeled: LabeledHistogram = { ...histogram, truthCounts };
  const totals = countVotes(histogram);
  const tally = tallyRows(labeled);
  const pairs = countPairs(histogram);
  const share = (rows: number) => (totals.rows === 0 ? 0 : rows / totals.rows);
  const lfs: LfAnalysis[] = lfNames.map((lf, i) => {
    const judged = tally.correct[i]! + tally.incorrect[i]!;
    const known = tally.labeledRows > 0 && totals.votes[i]! > 0;
    return {
      lf,
      polarity: labels.filter((_, label) => totals.byLabel[i]![label]! > 0),
      coverage: share(totals.votes[i]!),
      overlaps: share(tally.overlaps[i]!),
      conflicts: share(tally.conflicts[i]!),
      correct: known ? tally.correct[i]! : null,
      incorrect: known ? tally.incorrect[i]! : null,
      empiricalAccuracy: judged > 0 ? tally.correct[i]! / judged : null,
      weight: weights?.[i] ?? null,
    };
  });
  const analysis: Analysis = {
    rows: totals.rows,
    labeledRows: tally.labeledRows,
    lfs,
    labelCoverage: share(tally.covered),
    rowOverlap: share(tally.overlapping),
    rowConflict: share(tally.conflicting),
    agreement: lfNames.map((_, i) => lfNames.map((_, j) => shareAgreement(pairs, i, j))),
    warnings: warnAboutVotes(labeled, pairs, totals, lfNames, labels),
  };
  return parseDocument(AnalysisSchema, analysis, "analysis");
}

/** One pass over the patterns for all that is not pairwise. */
function tallyRows({ lfCount: m, labelCount: k, patterns, counts, truthCounts }: LabeledHistogram) {
  const overlaps = new Float64Array(m);
  const conflicts = new Float64Array(m);
  const correct = new Float64Array(m);
  const incorrect = new Float64Array(m);
  let [covered, overlapping, conflicting, labeledRows] = [0, 0, 0, 0];
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const count = counts[pattern]!;
    const truth = truthCounts.subarray(pattern * k, (pattern + 1) * k);
    const labeled = truth.reduce((sum, rows) => sum + rows, 0);
    labeledRows += labeled;
    const votes = patterns.subarray(pattern * m, (pattern + 1) * m);
    const cast = votes.filter((vote) => vote >= 0);
    const conflict = cast.some((vote) => vote !== cast[0]);
    if (cast.length > 0) covered += count;
    if (cast.length > 1) overlapping += count;
    if (conflict) conflicting += count;
    for (let lf = 0; lf < m; lf++) {
      const vote = votes[lf]!;
      if (vote < 0) continue;
      if (cast.length > 1) overlaps[lf]! += count;
      if (conflict) conflicts[lf]! += count;
      correct[lf]! += truth[vote]!;
      incorrect[lf]! += labeled - truth[vote]!;
    }
  }
  return { overlaps, conflicts, correct, incorrect, covered, overlapping, conflicting, labeledRows };
}
