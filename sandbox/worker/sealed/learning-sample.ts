import {
  type ClassifierSpec,
  type DatasetManifest,
  defaultSequenceSteps,
  isTimeField,
  kindOf,
} from "@flamenco/policies/wire";
import type { ColumnChunk } from "../../columns/index.js";
import { buildSequences } from "../../learning/index.js";
import { sandboxLimits } from "../../limits.js";

/** What an end classifier needs of the rows. */
export interface LearningPlan {
  readonly spec: ClassifierSpec;
  /** Columns that it reads. */
  readonly features: readonly string[];
  /** Rows of a sequence; 1 for all but an LSTM. */
  readonly steps: number;
  /** Rows kept of the training split and of the test split, over the whole dataset. */
  readonly trainingRows: number;
  readonly testRows: number;
}

/** Some rows as an end classifier reads them, training rows with a vote and test rows. They never leave the sealed worker. */
export interface LearningSample {
  /** `values[(row * steps + step) * features + feature]`; NaN is missing. */
  readonly values: Float64Array;
  /** Part of each row: 0 training, 2 test. */
  readonly parts: Uint8Array;
  /** Label index, -1 unknown. Only that of test rows is read, for scores. */
  readonly truth: Int8Array;
  readonly patternOfRow: Int32Array;
}

/**
 * The numbers of the kind that the dataset has, private fields and points in time left out: those name people, machines and
 * incidents rather than describe traffic. Ground truth and other reserved columns are no fields of a kind.
 */
export function planLearning(spec: ClassifierSpec, { kind, columns }: DatasetManifest): LearningPlan {
  const features = kindOf(kind)
    .fields.filter((field) => field.type === "number" || field.type === "integer")
    .filter((field) => field.access !== "private" && !isTimeField(field) && columns.includes(field.name))
    .map(({ name }) => name);
  const steps = spec.model === "lstm" ? (spec.steps ?? defaultSequenceSteps) : 1;
  const { endClassifierTrainingRows, endClassifierTestRows, endClassifierValues } = sandboxLimits;
  const most = Math.floor(endClassifierValues / (steps * Math.max(1, features.length)));
  return {
    spec,
    features,
    steps,
    trainingRows: Math.min(endClassifierTrainingRows, most),
    testRows: Math.min(endClassifierTestRows, most),
  };
}

/** The given rows of a chunk. Sequences do not reach back into the chunk before. */
export function takeLearningSample(
  { features, steps }: LearningPlan,
  { columns, segments, truth }: ColumnChunk,
  parts: Uint8Array,
  patternOfRow: Int32Array,
  rows: Int32Array,
): LearningSample {
  const read = new Map(features.map((feature) => [feature, columns.get(feature)!]));
  return {
    values: buildSequences(read, segments, null, steps, rows).values,
    parts: Uint8Array.from(rows, (row) => parts[row]!),
    truth: Int8Array.from(rows, (row) => truth[row]!),
    patternOfRow: Int32Array.from(rows, (row) => patternOfRow[row]!),
  };
}

/** Samples of chunks as one, in their order. */
export function joinLearningSamples(samples: readonly LearningSample[]): LearningSample {
  const values = new Float64Array(samples.reduce((sum, sample) => sum + sample.values.length, 0));
  let offset = 0;
  for (const sample of samples) {
    values.set(sample.values, offset);
    offset += sample.values.length;
  }
  return {
    values,
    parts: Uint8Array.from(samples.flatMap(({ parts }) => [...parts])),
    truth: Int8Array.from(samples.flatMap(({ truth }) => [...truth])),
    patternOfRow: Int32Array.from(samples.flatMap(({ patternOfRow }) => [...patternOfRow])),
  };
}
