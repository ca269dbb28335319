import { readFileSync } from "node:fs";
import type { LabeledHistogram } from "@flamenco/sandbox/labeling";

type PatternValues = [number, ...number[]];

/** Weights, and `[pattern, P(label 1)]`. */
export interface BinaryReference {
  readonly weights: (number | null)[];
  readonly soft: [number, number][];
}

/** One file of test/vectors/labeling; its README explains the keys. */
export interface GoldenVector {
  readonly name: string;
  readonly lfCount: number;
  readonly labelCount: number;
  readonly patterns: string[];
  readonly truthCounts: number[][];
  readonly nodes?: number[][][];
  readonly counts?: number[][];
  readonly classBalance: number[];
  readonly lfAnalysis: {
    readonly polarity: number[][];
    readonly coverage: number[];
    readonly overlaps: number[];
    readonly conflicts: number[];
    readonly correct: number[];
    readonly incorrect: number[];
    readonly emp_acc: number[];
    readonly label_coverage: number;
    readonly label_overlap: number;
    readonly label_conflict: number;
  };
  readonly moments: { readonly weights: number[]; readonly soft: PatternValues[]; readonly hard: PatternValues[] };
  readonly em: { readonly prior: number[]; readonly errorRates: number[][][]; readonly soft: PatternValues[] };
  /** Of two labels. */
  readonly triplets?: Readonly<Record<"mean" | "median", BinaryReference>>;
  readonly oneCoin?: Readonly<Record<"even" | "given", BinaryReference>>;
  readonly majority: { readonly hard: PatternValues[] };
}

/** Read a vector by its short name, such as `g01`. */
export function readVector(name: string): GoldenVector {
  return JSON.parse(readFileSync(new URL(`../../../vectors/labeling/${name}.json`, import.meta.url), "utf8"));
}

/** Votes of a pattern written as `0.1.`. */
export function parseVotes(pattern: string): number[] {
  return [...pattern].map((symbol) => (symbol === "." ? -1 : Number(symbol)));
}

/** The histogram of a vector, or of some of its rows. */
export function histogramOfVector(vector: GoldenVector, truthCounts = vector.truthCounts): LabeledHistogram {
  return {
    lfCount: vector.lfCount,
    labelCount: vector.labelCount,
    patterns: Int8Array.from(vector.patterns.flatMap(parseVotes)),
    counts: Float64Array.from(truthCounts, (row) => row.reduce((sum, count) => sum + count, 0)),
    truthCounts: Float64Array.from(truthCounts.flat()),
  };
}

/** Names for labels and LFs of test data. */
export const labelsOf = ({ labelCount }: { labelCount: number }) =>
  ["benign", "attack", "scan", "other"].slice(0, labelCount);
export const lfNamesOf = ({ lfCount }: { lfCount: number }) =>
  Array.from({ length: lfCount }, (_, lf) => `ops/set@1.0.0#lf${lf}`);
