import { type Static, Type } from "@sinclair/typebox";
import { classifierBackends, classifierNames } from "./classifier.js";
import { Combinations } from "./combinations.js";
import { Count, closed, Identifier, Name, OrNull, oneOf, Share, Text } from "./primitives.js";
import { LabelModelName } from "./study.js";
import { DecisionTree } from "./tree.js";

const Lf = Text(200);

/** One line of the LF analysis (Snorkel's LFAnalysis.lf_summary and the learned weight). `null`: nothing is known. */
export const LfAnalysis = Type.Object(
  {
    /** `namespace/name@version#function`. */
    lf: Lf,
    /** Labels that it voted for, in the task's order. */
    polarity: Type.Array(Name, { maxItems: 8 }),
    coverage: Share,
    overlaps: Share,
    conflicts: Share,
    correct: OrNull(Count),
    incorrect: OrNull(Count),
    empiricalAccuracy: OrNull(Share),
    /** Weight in the label model: estimated accuracy where it votes. */
    weight: OrNull(Share),
  },
  closed,
);
export type LfAnalysis = Static<typeof LfAnalysis>;

export const Analysis = Type.Object(
  {
    rows: Count,
    /** Rows with ground truth. */
    labeledRows: Count,
    lfs: Type.Array(LfAnalysis, { maxItems: 512 }),
    labelCoverage: Share,
    rowOverlap: Share,
    rowConflict: Share,
    /** agreement[i][j]: share of equal votes among rows on which both vote; `null` where they never meet. */
    agreement: Type.Array(Type.Array(OrNull(Share), { maxItems: 512 }), { maxItems: 512 }),
    warnings: Type.Array(Text(500), { maxItems: 200 }),
  },
  closed,
);
export type Analysis = Static<typeof Analysis>;

export const LabelModel = Type.Object(
  {
    requested: LabelModelName,
    model: Type.Union([
      Type.Literal("majority"),
      Type.Literal("moments"),
      Type.Literal("triplets"),
      Type.Literal("em"),
      Type.Literal("one-coin"),
      Type.Literal("validated"),
    ]),
    /** Why this model, in one sentence. */
    reason: Text(500),
    classBalance: Type.Array(Share, { minItems: 2, maxItems: 8 }),
    classBalanceSource: Type.Union([
      Type.Literal("given"),
      Type.Literal("validation"),
      Type.Literal("uniform"),
      Type.Literal("learned"),
    ]),
    lfs: Type.Array(Lf, { maxItems: 512 }),
    weights: Type.Array(OrNull(Share), { maxItems: 512 }),
    /** conditional[i][v][y] = P(LF i votes v | label y); v = 0 is abstain, v = j+1 is label j. */
    conditional: Type.Array(Type.Array(Type.Array(OrNull(Share))), { maxItems: 512 }),
    /** precision[i][j][y] = P(label y | LF i votes label j): what `triplets` and `validated` predict from. */
    precision: Type.Optional(Type.Array(Type.Array(Type.Array(Share)), { maxItems: 512 })),
    converged: Type.Boolean(),
    iterations: Count,
    /** False when votes alone do not determine the weights (m < 3 without labeled rows). */
    identified: Type.Boolean(),
    trainingRows: Count,
    patterns: Count,
    warnings: Type.Array(Text(500), { maxItems: 200 }),
  },
  closed,
);
export type LabelModel = Static<typeof LabelModel>;

/** F1 and friends of one predictor on one split. A score that has no meaning is `null`, and `reasons` says why. */
export const Scores = Type.Object(
  {
    /** confusion[y][p]: rows of true label y predicted p; the last column is "no prediction". */
    confusion: Type.Array(Type.Array(Count)),
    /** Share of rows with a prediction. */
    coverage: Share,
    /** Per label, in the task's order. A row without a prediction counts as a miss of its label. */
    precision: Type.Array(OrNull(Share)),
    recall: Type.Array(OrNull(Share)),
    f1: Type.Array(OrNull(Share)),
    /** F1 of the task's positive label. */
    positiveF1: OrNull(Share),
    macroF1: OrNull(Share),
    /** Share of all rows predicted rightly. */
    accuracy: OrNull(Share),
    reasons: Type.Array(Text(500)),
  },
  closed,
);
export type Scores = Static<typeof Scores>;

/** What predicts a row's label, in the order of reports. `tree` is the chain. */
export const predictorNames = ["labelModel", "endClassifier", "tree", "exactTree"] as const;
export const PredictorName = oneOf(predictorNames);
export type PredictorName = (typeof predictorNames)[number];

/** What the end classifier learned from, and on how many rows it was measured. */
export const EndClassifierFit = Type.Object(
  {
    model: oneOf(classifierNames),
    backend: oneOf(classifierBackends),
    /** Columns of the kind that it read, the same for every row; missing values are the training rows' median. */
    features: Type.Array(Identifier, { maxItems: 1000 }),
    /** Rows of a sequence; 1 for all but an LSTM. */
    steps: Count,
    /** Training rows with a vote that it learned from: all of them, or a sample. */
    trainingRows: Count,
    /** Test rows that it predicted: all of them, or a sample. */
    testRows: Count,
  },
  closed,
);
export type EndClassifierFit = Static<typeof EndClassifierFit>;

export const Metrics = Type.Object(
  {
    split: Type.Literal("test"),
    rows: Count,
    labelModel: OrNull(Scores),
    tree: OrNull(Scores),
    /** Absent where the study did not ask for it. */
    endClassifier: Type.Optional(OrNull(Scores)),
    endClassifierFit: Type.Optional(EndClassifierFit),
    exactTree: Type.Optional(OrNull(Scores)),
    /** Predictors that are compared below: those that there are. */
    predictors: Type.Optional(Type.Array(PredictorName, { maxItems: predictorNames.length, uniqueItems: true })),
    /**
     * differences[i][j]: share of test rows on which predictors i and j differ; symmetric, zero on the diagonal. `null` over
     * no rows. (Paper, Tables 5, 6, 11 and 12.)
     */
    differences: Type.Optional(
      Type.Array(Type.Array(OrNull(Share), { maxItems: predictorNames.length }), { maxItems: predictorNames.length }),
    ),
    /** Share of test rows on which label model and tree predict differently. */
    labelModelTreeDifference: OrNull(Share),
    reasons: Type.Array(Text(500)),
  },
  closed,
);
export type Metrics = Static<typeof Metrics>;

export const TreeOutput = Type.Object(
  {
    form: Type.Union([Type.Literal("chain"), Type.Literal("exact")]),
    /** Why this form, where another was asked for; that small leaves were merged, and how many rows that concerns. */
    reason: Type.Optional(Text(500)),
    /** LFs in the order in which they hang, and the importance that ordered them. */
    order: Type.Array(Type.Object({ lf: Lf, importance: OrNull(Type.Number()) }, closed)),
    importance: Type.Object(
      {
        method: Text(200),
        features: Type.Array(Type.Object({ field: Identifier, importance: Type.Number() }, closed)),
      },
      closed,
    ),
    tree: DecisionTree,
  },
  closed,
);
export type TreeOutput = Static<typeof TreeOutput>;

/** What the sealed worker hands to the release gate: only what the study asked for is present. */
export const Outputs = Type.Object(
  {
    analysis: Type.Optional(Analysis),
    labelModel: Type.Optional(LabelModel),
    metrics: Type.Optional(Metrics),
    tree: Type.Optional(TreeOutput),
    /** The tree whose prediction is the label model's on every row. */
    exactTree: Type.Optional(TreeOutput),
    combinations: Type.Optional(Combinations),
  },
  closed,
);
export type Outputs = Static<typeof Outputs>;
