import { readFileSync } from "node:fs";
import type { ClassifierSpec } from "@flamenco/policies/wire";
import type { LabelWeights, Samples } from "@flamenco/sandbox/learning";

/** Numbers of scikit-learn; test/vectors/learning/README.md says how they were made. */
function readVector<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../vectors/learning/${name}.json`, import.meta.url), "utf8"));
}

export type LabelKind = "two" | "three" | "soft";

interface TableVector {
  readonly features: string[];
  readonly values: number[];
  readonly two: number[];
  readonly three: number[];
  readonly soft: number[];
  readonly trainRows: number;
}

export interface ClassifierVector {
  readonly spec: ClassifierSpec;
  readonly labels: LabelKind;
  readonly accuracy: number;
  readonly macroF1: number;
  /** Of the first test rows. */
  readonly probabilities: number[];
}

export interface MetricsVector extends Readonly<Record<string, number | number[] | string>> {
  readonly labels: "two" | "three";
  readonly probabilities: number[];
  readonly precision: number[];
  readonly recall: number[];
  readonly f1: number[];
  readonly rocAucs: number[];
  readonly prAucs: number[];
}

interface OutlierVector {
  readonly scores: number[];
  readonly flagged: number[];
}

export interface OutlierVectors {
  readonly features: string[];
  readonly values: number[];
  readonly truth: number[];
  readonly lof: OutlierVector;
  readonly envelope: OutlierVector;
  readonly mcd: Pick<OutlierVector, "flagged">;
  readonly forest: OutlierVector & { readonly rocAuc: number };
}

const table = readVector<TableVector>("table");
export const classifierVectors = readVector<ClassifierVector[]>("classifiers");
export const metricsVectors = readVector<MetricsVector[]>("metrics");
export const outlierVectors = readVector<OutlierVectors>("outliers");

export const samples: Samples = {
  rows: table.two.length,
  steps: 1,
  features: table.features,
  values: Float64Array.from(table.values),
};
const rowsBetween = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, index) => from + index);
export const trainRows = rowsBetween(0, table.trainRows);
export const testRows = rowsBetween(table.trainRows, samples.rows);

export function truthOf(labels: LabelKind): Int32Array {
  return Int32Array.from(labels === "three" ? table.three : table.two);
}

export function weightsOf(labels: LabelKind): LabelWeights {
  if (labels === "soft") return { labelCount: 2, weights: Float64Array.from(table.soft.flatMap((p) => [1 - p, p])) };
  const labelCount = labels === "two" ? 2 : 3;
  const weights = new Float64Array(samples.rows * labelCount);
  for (const [row, label] of truthOf(labels).entries()) weights[row * labelCount + label] = 1;
  return { labelCount, weights };
}
