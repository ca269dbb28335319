import type { SigningKey } from "@flamenco/policies/trust";
import type { Outputs, PrivacyBound, Result, Scores } from "@flamenco/policies/wire";
import { makeResult } from "../../support/signed-documents.js";

const lf = "alice/ports@1.0.0#lowPort";

const scores: Scores = {
  confusion: [
    [3, 1, 0],
    [0, 4, 2],
  ],
  coverage: 0.8,
  precision: [1, 0.8],
  recall: [0.75, 0.667],
  f1: [0.857, 0.727],
  positiveF1: 0.857,
  macroF1: 0.792,
  accuracy: 0.7,
  reasons: [],
};

/** What studies ask for by default, small and consistent. */
export function makeOutputs(): Required<Omit<Outputs, "combinations" | "exactTree">> {
  return {
    analysis: {
      rows: 10,
      labeledRows: 10,
      lfs: [
        {
          lf,
          polarity: ["attack"],
          coverage: 0.5,
          overlaps: 0,
          conflicts: 0,
          correct: 4,
          incorrect: 1,
          empiricalAccuracy: 0.8,
          weight: 0.8,
        },
      ],
      labelCoverage: 0.5,
      rowOverlap: 0,
      rowConflict: 0,
      agreement: [[1]],
      warnings: [],
    },
    labelModel: {
      requested: "auto",
      model: "majority",
      reason: "One labeling function.",
      classBalance: [0.5, 0.5],
      classBalanceSource: "uniform",
      lfs: [lf],
      weights: [0.8],
      conditional: [
        [
          [0.5, 0.5],
          [0, 0],
          [0.5, 0.5],
        ],
      ],
      converged: true,
      iterations: 0,
      identified: false,
      trainingRows: 6,
      patterns: 2,
      warnings: [],
    },
    metrics: { split: "test", rows: 10, labelModel: scores, tree: scores, labelModelTreeDifference: 0, reasons: [] },
    tree: {
      form: "chain",
      order: [{ lf, importance: 0.8 }],
      importance: { method: "mutual information", features: [{ field: "srcPort", importance: 0.5 }] },
      tree: {
        nodes: [
          { type: "test", condition: "srcPort <= 6600", fields: ["srcPort"], lf, yes: 1, no: 2 },
          { type: "leaf", label: "attack", lf },
          { type: "leaf", label: null },
        ],
      },
    },
  };
}

/** What a release under `standard` promises. */
export const bound: PrivacyBound = {
  epsilon: 0.4998,
  delta: 1e-6,
  microRho: 6639,
  unit: "host-day",
  rowsPerUnit: 4,
  votesPerRow: 4,
  minimumSupportRows: 10,
  noise: { rows: 246.18, votes: 139.46, confusion: 155.2, leaves: null },
};

/** A node's result with all outputs. */
export function makeFullResult(node: SigningKey, study: string, overrides: Partial<Result> = {}): Result {
  return makeResult(node, study, { outputs: makeOutputs(), ...overrides });
}
