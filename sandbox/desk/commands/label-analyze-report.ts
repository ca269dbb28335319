import { type Analysis, type LfAnalysis, Name } from "@flamenco/policies/wire";
import {
  analyzeVotes,
  countPairs,
  countVotes,
  type ErrorBucket,
  findDependencies,
  findRedundancies,
  sortIntoBuckets,
} from "../../labeling/index.js";
import { writeVotes } from "../vote-file.js";
import type { FittedFile } from "../vote-options.js";

/** An LF's line: as in the analysis of a study, with labels written as the file writes them. */
interface LfLine extends Omit<LfAnalysis, "polarity"> {
  /** Names, or indices where the file has indices. */
  readonly polarity: readonly (string | number)[];
  /** `empirical[v][y]` = share of rows of true label y on which it votes v (0 abstains); `null` without such rows. */
  readonly empirical: readonly (readonly (number | null)[])[];
}

/** Rows of one true label that got one prediction, by vote pattern, most rows first. */
export interface BucketLine {
  readonly truth: string | number;
  /** `null`: no prediction. */
  readonly prediction: string | number | null;
  readonly rows: number;
  readonly right: boolean;
  readonly patterns: readonly {
    readonly votes: string;
    readonly rows: number;
    readonly firstRows: readonly number[];
  }[];
}

/** What `label analyze --json` answers. Names rows: for the operator's desk, never released. */
export interface AnalysisReport extends Omit<Analysis, "lfs" | "warnings"> {
  readonly file: string;
  readonly labels: readonly string[];
  readonly labelModel: { readonly model: string; readonly reason: string; readonly classBalance: readonly number[] };
  readonly lfs: readonly LfLine[];
  readonly redundancies: readonly { readonly redundant: string; readonly covers: string; readonly mutual: boolean }[];
  readonly dependencies: readonly {
    readonly lfs: readonly [string, string];
    readonly association: number;
    readonly givenTruth: boolean;
  }[];
  readonly buckets: readonly BucketLine[];
  readonly warnings: readonly string[];
}

const labelName = new RegExp(Name.pattern ?? "");

export function reportAnalysis(
  { file, model, histogram, patternOfRow, predictions }: FittedFile,
  head: number,
): AnalysisReport {
  const { labels, lfNames, named } = file;
  // The document of a study is stricter about labels than a file of somebody's own.
  const standIns = labels.every((label) => labelName.test(label)) ? labels : labels.map((_, label) => `label-${label}`);
  const analysis = analyzeVotes(histogram, { labels: standIns, lfNames, weights: model.document.weights });
  const nameOf = (label: number) => (named ? labels[label]! : label);
  const pairs = countPairs(histogram);
  const totals = countVotes(histogram);
  const truth = file.truth ?? file.gold;
  const buckets = truth === null ? [] : sortIntoBuckets({ patternOfRow, truth, predictions }, head);
  const { lfs, warnings, ...rest } = analysis;
  return {
    file: file.path,
    labels,
    labelModel: {
      model: model.document.model,
      reason: model.document.reason,
      classBalance: model.document.classBalance,
    },
    ...rest,
    lfs: lfs.map(({ polarity, ...line }, lf) => ({
      ...line,
      polarity: polarity.map((name) => nameOf(standIns.indexOf(name))),
      empirical: shareVotesByTruth(histogram, lf),
    })),
    redundancies: findRedundancies(pairs, totals).map(({ redundant, covers, mutual }) => ({
      redundant: lfNames[redundant]!,
      covers: lfNames[covers]!,
      mutual,
    })),
    dependencies: findDependencies(histogram, pairs, totals).map(({ first, second, association, givenTruth }) => ({
      lfs: [lfNames[first]!, lfNames[second]!],
      association,
      givenTruth,
    })),
    buckets: buckets.map((bucket) => reportBucket(bucket, nameOf, file.votes, lfNames.length)),
    warnings: [...warnings, ...model.document.warnings],
  };
}

function reportBucket(
  bucket: ErrorBucket,
  nameOf: (label: number) => string | number,
  votes: Int8Array,
  m: number,
): BucketLine {
  return {
    truth: nameOf(bucket.truth),
    prediction: bucket.prediction < 0 ? null : nameOf(bucket.prediction),
    rows: bucket.rows,
    right: bucket.truth === bucket.prediction,
    patterns: bucket.patterns.map(({ rows, firstRows, sampleRow }) => ({
      votes: writeVotes(votes.subarray(sampleRow * m, (sampleRow + 1) * m)),
      rows,
      firstRows: firstRows.map((row) => row + 1),
    })),
  };
}

/** Share of the rows of each true label on which an LF abstains or votes each label. */
function shareVotesByTruth({ lfCount, labelCount: k, patterns, truthCounts }: FittedFile["histogram"], lf: number) {
  const counts = Array.from({ length: k + 1 }, () => new Float64Array(k));
  const totals = new Float64Array(k);
  for (let pattern = 0; pattern < truthCounts.length / k; pattern++) {
    const symbol = patterns[pattern * lfCount + lf]! + 1;
    for (let label = 0; label < k; label++) {
      counts[symbol]![label]! += truthCounts[pattern * k + label]!;
      totals[label]! += truthCounts[pattern * k + label]!;
    }
  }
  return counts.map((row) => Array.from(row, (count, label) => (totals[label] === 0 ? null : count / totals[label]!)));
}
