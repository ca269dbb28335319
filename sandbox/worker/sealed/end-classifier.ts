import { errorTable, isFlamencoError } from "@flamenco/policies/errors";
import type { EndClassifierFit, Task } from "@flamenco/policies/wire";
import { type RowPredictor, type SoftLabels, scoreConfusion, type VoteHistogram } from "../../labeling/index.js";
import { type Classifier, fitClassifier, type LabelWeights, loadNetworks, type Samples } from "../../learning/index.js";
import { quantileOf, sortFinite } from "../../preprocess/index.js";
import type { ReportProgress } from "./channel.js";
import type { LearningPlan, LearningSample } from "./learning-sample.js";

export interface EndClassifierInput {
  readonly plan: LearningPlan;
  readonly sample: LearningSample;
  /** Soft label of every pattern. */
  readonly soft: SoftLabels;
  readonly task: Task;
  /** Of which the sample may hold a part. */
  readonly test: VoteHistogram;
  readonly seed: number;
  readonly report: ReportProgress;
}

/** An end classifier that was measured, or why there is none. */
export interface EndClassifierOutcome {
  readonly endClassifier: RowPredictor | null;
  readonly endClassifierFit?: EndClassifierFit;
  readonly reasons: readonly string[];
}

/** Failures that the data decide: the run goes on without an end classifier. */
const dataFailures: ReadonlySet<string> = new Set([
  "FLM_LEARN_ONE_CLASS",
  "FLM_LEARN_CONSTANT",
  "FLM_LEARN_FEW_ROWS",
  "FLM_LEARN_DIVERGED",
]);

/**
 * Train an end classifier on the label model's soft labels of training rows, and predict test rows. Ground truth scores the
 * predictions and is used for nothing else. The same on every machine that has the same backend, with any number of threads.
 */
export async function measureEndClassifier(input: EndClassifierInput): Promise<EndClassifierOutcome> {
  const { plan, sample, soft, seed, report } = input;
  const { spec } = plan;
  const onProgress = (share: number) => report("endClassifier", Math.floor(100 * share), 100);
  onProgress(0);
  const training = rowsOf(
    sample,
    (row) => sample.parts[row] === TRAINING && soft.labeled[sample.patternOfRow[row]!] === 1,
  );
  const testRows = input.test.counts.reduce((sum, count) => sum + count, 0);
  const test = rowsOf(sample, (row) => sample.parts[row] === TEST);
  const samples = { rows: sample.parts.length, ...plan, values: sample.values };
  imputeMedians(samples, training);
  try {
    if (spec.model === "lstm" || spec.model === "mlp") await openSealedBackend();
    const classifier = await fitClassifier(spec, samples, labelRows(sample, soft), training, { seed, onProgress });
    const predicted = decideLabels(classifier, samples, test);
    classifier.dispose();
    onProgress(1);
    return {
      endClassifier: comparePredicted(input, test, predicted),
      endClassifierFit: {
        model: classifier.model,
        backend: classifier.backend as EndClassifierFit["backend"],
        features: [...plan.features],
        steps: plan.steps,
        trainingRows: training.length,
        testRows: test.length,
      },
      reasons:
        test.length < testRows
          ? [`The end classifier predicted ${test.length} of ${testRows} test rows, a random sample.`]
          : [],
    };
  } catch (error) {
    if (!isFlamencoError(error) || !dataFailures.has(error.code)) throw error;
    return { endClassifier: null, reasons: [`There is no end classifier. ${errorTable[error.code].meaning}`] };
  }
}

const TRAINING = 0;
const TEST = 2;

/** No native library runs behind the walls: WebAssembly, or plain JavaScript where that is not to be had. */
async function openSealedBackend(): Promise<void> {
  const { openBackend } = await loadNetworks();
  await openBackend(["wasm", "cpu"]);
}

function rowsOf({ parts }: LearningSample, isWanted: (row: number) => boolean): Int32Array {
  return Int32Array.from(parts.keys()).filter(isWanted);
}

/** Soft label of every row; of rows without a vote nothing is known. */
function labelRows({ patternOfRow }: LearningSample, { labelCount, probabilities }: SoftLabels): LabelWeights {
  const weights = new Float64Array(patternOfRow.length * labelCount);
  for (const [row, pattern] of patternOfRow.entries()) {
    weights.set(probabilities.subarray(pattern * labelCount, (pattern + 1) * labelCount), row * labelCount);
  }
  return { labelCount, weights };
}

/** Missing and infinite values become the feature's median over the training rows, 0 where it has none there; in place. */
function imputeMedians({ steps, features, values }: Samples, training: Int32Array): void {
  const width = features.length;
  for (let feature = 0; feature < width; feature++) {
    const known = Float64Array.from(training, (row) => values[(row * steps + steps - 1) * width + feature]!);
    const sorted = sortFinite(known);
    const median = sorted.length === 0 ? 0 : quantileOf(sorted, 0.5);
    for (let cell = feature; cell < values.length; cell += width) {
      if (!Number.isFinite(values[cell]!)) values[cell] = median;
    }
  }
}

/** The most probable label of each row; the first of equals. */
function decideLabels(classifier: Classifier, samples: Samples, rows: Int32Array): Int8Array {
  const probabilities = classifier.predict(samples, rows);
  return Int8Array.from(rows, (_, index) => {
    const own = probabilities.subarray(index * classifier.labelCount, (index + 1) * classifier.labelCount);
    return own.indexOf(Math.max(...own));
  });
}

function comparePredicted({ sample, task }: EndClassifierInput, test: Int32Array, predicted: Int8Array): RowPredictor {
  const confusion = task.labels.map(() => new Array<number>(task.labels.length + 1).fill(0));
  let labeledRows = 0;
  for (const [index, row] of test.entries()) {
    const truth = sample.truth[row]!;
    if (truth < 0) continue;
    labeledRows += 1;
    confusion[truth]![predicted[index]!]! += 1;
  }
  return {
    scores: labeledRows === 0 ? null : scoreConfusion(confusion, task),
    differenceFrom(predictionOfPattern) {
      if (test.length === 0) return null;
      const differing = test.filter(
        (row, index) => predictionOfPattern[sample.patternOfRow[row]!] !== predicted[index],
      );
      return differing.length / test.length;
    },
  };
}
