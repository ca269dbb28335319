import type { LabelModel } from "@flamenco/policies/wire";
import {
  decideLabel,
  explainPattern,
  type PatternExplanation,
  predictSoftLabels,
  predictUnvoted,
} from "../../labeling/index.js";
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

/** What is asked beside the model. */
export interface FitQuestion {
  /** Rows whose soft labels are wanted. */
  readonly head: number;
  /** Row to explain, counted from 1. */
  readonly row: number | undefined;
  /** Whether rows without a vote get a soft label too. */
  readonly unvoted: boolean;
}

export function reportFit(fitted: FittedFile, { head, row, unvoted }: FitQuestion): FitReport {
  const { file, model, histogram, patternOfRow, predictions } = fitted;
  const { document } = model;
  const soft = predictSoftLabels(model, histogram);
  const k = model.labelCount;
  const unvotedSoft = unvoted ? predictUnvoted(model) : null;
  const first = Array.from(patternOfRow.subarray(0, head), (pattern) =>
    soft.labeled[pattern] === 1
      ? {
          soft: soft.probabilities.subarray(pattern * k, (pattern + 1) * k),
          prediction: predictions[pattern]!,
        }
      : {
          soft: unvotedSoft,
          prediction: unvotedSoft === null ? -1 : decideLabel(unvotedSoft, document.classBalance),
        },
  );
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
    softLabels: first.map((line) => (line.soft === null ? null : [...line.soft])),
    predictions: first.map(({ prediction }) => (prediction < 0 ? null : prediction)),
    warnings: document.warnings,
    ...(row === undefined ? {} : { row: reportRow(fitted, row) }),
  };
}

function reportRow({ file, model, histogram, patternOfRow, predictions }: FittedFile, row: number): RowReport {
  const m = file.lfNames.length;
  const votes = file.votes.subarray((row - 1) * m, row * m);
  return {
    row,
    votes: writeVotes(votes),
    rowsAlike: histogram.counts[patternOfRow[row - 1]!]!,
    ...explainPattern(model, votes),
    prediction: predictions[patternOfRow[row - 1]!]!,
  };
}
