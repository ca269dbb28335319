import {
  addHistogramNoise,
  addNoise,
  type ByteSource,
  KeyedHash,
  planRelease,
  type ReleasePlan,
  RowCap,
  VoteCounter,
} from "@flamenco/policies/release";
import {
  type Analysis,
  type LabelModel,
  Name,
  type OutputName,
  type ReleaseRules,
  type Scores,
  type Task,
} from "@flamenco/policies/wire";
import {
  analyzeNoisyTable,
  analyzeVotes,
  fitLabelModel,
  fitNoisyVoteTable,
  predictPatterns,
  scoreNoisyConfusion,
  scorePredictions,
} from "../../labeling/index.js";
import { countVoteFile, type VoteFile } from "../vote-file.js";

export interface SimulationOptions {
  readonly rules: ReleaseRules;
  readonly classBalance?: readonly number[];
  /** Of the operating system, or of a seed. */
  readonly bytes: ByteSource;
}

/** What one side says: exact counts, or what a release would say of them. */
interface Side {
  readonly analysis: Analysis;
  readonly labelModel: LabelModel;
  /** On all rows with ground truth; `null` without. */
  readonly scores: Scores | null;
}

export interface Simulation {
  readonly plan: ReleasePlan;
  readonly units: number;
  /** Rows that the cap keeps. Exact: for the operator's desk. */
  readonly countedRows: number;
  readonly exact: Side;
  readonly released: Side;
}

const KEY_BYTES = 8;
const labelName = new RegExp(Name.pattern ?? "");

/**
 * A protected release of a file of votes, beside the exact values. As the gate would make it, but for one thing: all rows are
 * training rows and test rows at once, for a file has no splits.
 * @throws as `planRelease`: FLM_RELEASE_SWAMPED among them, before any noise is drawn
 */
export function simulateRelease(file: VoteFile, { rules, classBalance, bytes }: SimulationOptions): Simulation {
  const { lfNames: lfs, truth } = file;
  const labels = file.labels.every((label) => labelName.test(label))
    ? file.labels
    : file.labels.map((_, label) => `label-${label}`);
  const outputs: OutputName[] = ["analysis", "labelModel", ...(truth === null ? [] : (["metrics"] as const))];
  const plan = planRelease(
    {
      rows: file.rows,
      trainingRows: file.rows,
      testRows: truth?.reduce((rows, label) => rows + (label >= 0 ? 1 : 0), 0) ?? 0,
      lfs: lfs.length,
      labels: labels.length,
      outputs,
    },
    rules,
  );
  const { histogram, patternOfRow } = countVoteFile(file, truth);
  const balance = classBalance === undefined ? {} : { classBalance };
  const task: Task = { id: "simulation", labels: [...labels], positive: labels.at(-1)! };

  const exactModel = fitLabelModel(histogram, { model: "moments", labels, lfNames: lfs, ...balance });
  const exact: Side = {
    analysis: analyzeVotes(histogram, { labels, lfNames: lfs, weights: exactModel.document.weights }),
    labelModel: exactModel.document,
    scores: truth === null ? null : scorePredictions(predictPatterns(exactModel, histogram), histogram, task),
  };

  const hash = new KeyedHash(bytes(KEY_BYTES));
  const { rows, units } = capRows(file, rules.rowsPerUnit, hash);
  const { rowsPerUnit, votesPerRow } = rules;
  const counter = new VoteCounter({ lfs, labels, rowsPerUnit, votesPerRow, hash });
  for (const row of rows) counter.add(file.votes, row * lfs.length, row);
  const table = addNoise(counter.finish(), plan, bytes);
  const { epsilonSpent: epsilon, delta } = plan;
  const model = fitNoisyVoteTable(table, { requested: "moments", ...balance, bound: { epsilon, delta } });
  const { confusion } = plan.parts;
  const released: Side = {
    analysis: analyzeNoisyTable(table, model, rules.minimumSupportRows),
    labelModel: model.document,
    scores:
      truth === null || confusion === null
        ? null
        : scoreNoisyConfusion(
            {
              counts: addHistogramNoise(
                countConfusion(rows, truth, predictPatterns(model, histogram), patternOfRow, labels.length),
                confusion,
                bytes,
              ),
              sigma: confusion.sigma,
              minimumSupportRows: rules.minimumSupportRows,
            },
            task,
          ),
  };
  return { plan, units, countedRows: rows.length, exact, released };
}

/** Numbers of the rows that count, and how many privacy units there are. Without a unit each row is its own. */
function capRows(
  file: VoteFile,
  rowsPerUnit: number,
  hash: KeyedHash,
): { rows: ArrayLike<number> & Iterable<number>; units: number } {
  if (file.units === null) return { rows: Float64Array.from({ length: file.rows }, (_, row) => row), units: file.rows };
  const cap = new RowCap(rowsPerUnit, hash);
  for (const [row, unit] of file.units.entries()) cap.offer(unit, row);
  return { rows: cap.listRows(), units: cap.units };
}

/** `counts[truth * (k + 1) + prediction]`, the last column without a prediction. */
function countConfusion(
  rows: Iterable<number>,
  truth: Int8Array,
  predictions: Int8Array,
  patternOfRow: Int32Array,
  k: number,
): Float64Array {
  const counts = new Float64Array(k * (k + 1));
  for (const row of rows) {
    const label = truth[row]!;
    const prediction = predictions[patternOfRow[row]!]!;
    if (label >= 0) counts[label * (k + 1) + (prediction < 0 ? k : prediction)]! += 1;
  }
  return counts;
}
