import type { LabelModel } from "@flamenco/policies/wire";
import { explainPattern, type PatternExplanation, predictPatterns, predictSoftLabels } from "../../labeling/index.js";
import { writeVotes } from "../vote-file.js";
import type { FittedFile } from "../vote-options.js";

/** What `label fit --json` answers. */
export interface FitReport {
  readonly file: string;
  readonly requested: LabelModel["requested"];
  readonly model: LabelModel["model"];
  readonly reason: string;
  /** Rows and distinct vote patterns. */
  readonly n: number;
  readonly patterns: number;
  readonly labels: readonly string[];
  readonly classBalance: readonly number[];
  readonly classBalanceSource: LabelModel["classBalanceSource"];
  readonly converged: boolean;
  readonly iterations: number;
  readonly identified: boolean;
  readonly lfs: readonly string[];
  readonly weights: LabelModel["weights"];
  readonly conditional: LabelModel["conditional"];
  readonly precision?: LabelModel["precision"];
  /** Of the first rows; `null` for a row without a vote. */
  readonly softLabels: readonly (readonly number[] | null)[];
  /** Of the same rows: label index, `null` for none. */
  readonly predictions: readonly (number | null)[];
  readonly warnings: readonly string[];
  /** Of the row that was asked for. */
  readonly row?: RowReport;
}

/** Why a row has its soft label. */
export interface RowReport extends PatternExplanation {
  readonly row: number;
  /** As the packed form writes them. */
  readonly votes: string;
  /** Rows of the file that show the same votes. */
  readonly rowsAlike: number;
}

export function reportFit(fitted: FittedFile, head: number, row: number | undefined): FitReport {
  const { file, model, histogram, patternOfRow } = fitted;
  const { document } = model;
  const soft = predictSoftLabels(model, histogram);
  const predictions = predictPatterns(model, histogram);
  const k = model.labelCount;
  const first = patternOfRow.subarray(0, head);
  return {
    file: file.path,
    requested: document.requested,
    model: document.model,
    reason: document.reason,
    n: document.trainingRows,
    patterns: document.patterns,
    labels: file.labels,
    classBalance: document.classBalance,
    classBalanceSource: document.classBalanceSource,
    converged: document.converged,
    iterations: document.iterations,
    identified: document.identified,
    lfs: document.lfs,
    weights: document.weights,
    conditional: document.conditional,
    ...(document.precision === undefined ? {} : { precision: document.precision }),
    softLabels: Array.from(first, (pattern) =>
      soft.labeled[pattern] === 0 ? null : [...soft.probabilities.subarray(pattern * k, (pattern + 1) * k)],
    ),
    predictions: Array.from(first, (pattern) => (predictions[pattern]! < 0 ? null : predictions[pattern]!)),
    warnings: document.warnings,
    ...(row === undefined ? {} : { row: reportRow(fitted, row) }),
  };
}

function reportRow({ file, model, histogram, patternOfRow }: FittedFile, row: number): RowReport {
  const m = file.lfNames.length;
  const votes = file.votes.subarray((row - 1) * m, row * m);
  return {
    row,
    votes: writeVotes(votes),
    rowsAlike: histogram.counts[patternOfRow[row - 1]!]!,
    ...explainPattern(model, votes),
  };
}
