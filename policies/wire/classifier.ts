import { type Static, Type } from "@sinclair/typebox";
import { closed, OrNull } from "./primitives.js";

const mostIterations = { maximum: 10_000 } as const;
const Rate = Type.Number({ minimum: 1e-6, maximum: 10 });
const Penalty = Type.Number({ minimum: 0, maximum: 1e6 });

/** Weight of each label in training: `balanced` weighs every label alike in sum; a list gives one weight a label. */
export const ClassWeights = Type.Union([
  Type.Literal("none"),
  Type.Literal("balanced"),
  Type.Array(Type.Number({ minimum: 0, maximum: 1e6 }), { minItems: 2, maxItems: 8 }),
]);
export type ClassWeights = Static<typeof ClassWeights>;

const common = { classWeights: Type.Optional(ClassWeights) };

/** What the networks share: Adam on minibatches, dropout, an L2 penalty, early stopping on held-out rows. */
const training = {
  dropout: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
  l2: Type.Optional(Penalty),
  learningRate: Type.Optional(Rate),
  batch: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_536 })),
  epochs: Type.Optional(Type.Integer({ minimum: 1, ...mostIterations })),
  /** Epochs without an improvement of `minDelta` after which training ends; `null`: never early. */
  patience: Type.Optional(OrNull(Type.Integer({ minimum: 1, maximum: 1000 }))),
  minDelta: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** Share of training rows that early stopping watches. */
  validationShare: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.5 })),
};

const Depth = OrNull(Type.Integer({ minimum: 1, maximum: 64 }));
const LeafRows = Type.Integer({ minimum: 1, maximum: 1_000_000 });

export const LogisticSpec = Type.Object(
  {
    model: Type.Literal("logistic"),
    /** Inverse strength of the L2 penalty on the summed loss, as in scikit-learn's `C`. */
    c: Type.Optional(Type.Number({ minimum: 1e-6, maximum: 1e6 })),
    iterations: Type.Optional(Type.Integer({ minimum: 1, ...mostIterations })),
    ...common,
  },
  closed,
);
export const TreeSpec = Type.Object(
  {
    model: Type.Literal("tree"),
    /** Levels below the root; `null`: as deep as a tree may be. */
    depth: Type.Optional(Depth),
    leafRows: Type.Optional(LeafRows),
    ...common,
  },
  closed,
);
export const ForestSpec = Type.Object(
  {
    model: Type.Literal("forest"),
    trees: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000 })),
    depth: Type.Optional(Depth),
    leafRows: Type.Optional(LeafRows),
    /** Features tried at each split; absent: the square root of their number. */
    featuresPerSplit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    /** Whether each tree learns from rows drawn with repetition. */
    bootstrap: Type.Optional(Type.Boolean()),
    ...common,
  },
  closed,
);
export const NeighborsSpec = Type.Object(
  {
    model: Type.Literal("knn"),
    neighbors: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    vote: Type.Optional(Type.Union([Type.Literal("uniform"), Type.Literal("distance")])),
    ...common,
  },
  closed,
);
export const PerceptronSpec = Type.Object(
  {
    model: Type.Literal("mlp"),
    /** Units of each hidden layer. */
    hidden: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 1024 }), { minItems: 1, maxItems: 4 })),
    ...training,
    ...common,
  },
  closed,
);
export const LstmSpec = Type.Object(
  {
    model: Type.Literal("lstm"),
    units: Type.Optional(Type.Integer({ minimum: 1, maximum: 512 })),
    /** Rows of a sequence: each row and the ones before it in its segment. */
    steps: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    ...training,
    ...common,
  },
  closed,
);

/** An end classifier and its settings; what is absent has the default that docs/learning.md lists. */
export const ClassifierSpec = Type.Union([LogisticSpec, TreeSpec, ForestSpec, NeighborsSpec, PerceptronSpec, LstmSpec]);
export type ClassifierSpec = Static<typeof ClassifierSpec>;
export type ClassifierName = ClassifierSpec["model"];

/** The settings of each end classifier: an error of one of these names the setting, one of their union does not. */
export const classifierSchemas = Object.freeze({
  lstm: LstmSpec,
  mlp: PerceptronSpec,
  logistic: LogisticSpec,
  forest: ForestSpec,
  tree: TreeSpec,
  knn: NeighborsSpec,
} as const satisfies Record<ClassifierName, unknown>);

/** Rows of a sequence of an LSTM that names no other number. */
export const defaultSequenceSteps = 10;

/** What computed a classifier: our own code on typed arrays, or one of TensorFlow.js's backends. */
export const classifierBackends = ["own", "tensorflow", "wasm", "cpu"] as const;

/** Every end classifier, in the order of reports. */
export const classifierNames: readonly ClassifierName[] = ["lstm", "mlp", "logistic", "forest", "tree", "knn"];
