import { type Static, Type } from "@sinclair/typebox";
import { Count, closed, OrNull, Share, Text } from "./primitives.js";

/** F1 of one predictor over a set of LFs on the test split. `null`: no ground truth, no row of the label, or no vote. */
export const CombinationF1 = Type.Object(
  {
    /** F1 of the task's positive label. */
    positive: OrNull(Share),
    macro: OrNull(Share),
  },
  closed,
);
export type CombinationF1 = Static<typeof CombinationF1>;

/** Index of an LF in `lfs`. */
const LfIndex = Type.Integer({ minimum: 0, maximum: 511 });

/** One set of LFs, evaluated together. (Paper, Tables 3, 4, 9 and 10.) */
export const CombinationSet = Type.Object(
  {
    lfs: Type.Array(LfIndex, { minItems: 1, maxItems: 16, uniqueItems: true }),
    /** Label model that was fitted; see `LabelModel.model`. */
    model: Text(40),
    labelModel: CombinationF1,
    /** Chain tree over the set. */
    tree: CombinationF1,
    /** F1 of the positive label of a classifier trained on the soft labels; `null` when none was trained. */
    endClassifier: OrNull(Share),
    /** Shares of all rows with a vote, and what the set covers beyond its best part of one LF less. */
    coverage: Share,
    coverageGained: Share,
    /** Shares of all rows with at least two votes, and with votes for two labels. */
    overlap: Share,
    conflict: Share,
    /** Of a pair: the strongest correlation of a field of one LF with a field of the other; `null` where unknown. */
    correlation: OrNull(Type.Number({ minimum: -1, maximum: 1 })),
  },
  closed,
);
export type CombinationSet = Static<typeof CombinationSet>;

/** What an LF would add to a set, on the test split. */
export const CombinationAddition = Type.Object(
  {
    lf: LfIndex,
    /** F1 of the positive label with it, and the change of it. */
    f1: OrNull(Share),
    f1Gained: OrNull(Type.Number({ minimum: -1, maximum: 1 })),
    /** Rows that no other LF of the set votes on. */
    coverageGainedRows: Count,
    /** Rows on which the set's votes conflict; those of them that it turns from wrong to right, and the reverse. */
    conflictRows: Count,
    conflictsResolved: Count,
    conflictsBroken: Count,
    /** The same in words. */
    reason: Text(500),
  },
  closed,
);
export type CombinationAddition = Static<typeof CombinationAddition>;

/** Spearman's rank correlation over all pairs; `null` with fewer than three pairs or where nothing varies. */
const RankCorrelation = Type.Object({ pairs: Count, value: OrNull(Type.Number({ minimum: -1, maximum: 1 })) }, closed);

/** Which LFs help each other: every LF alone, pairs, and sets that grow by the best addition, from one vote histogram. */
export const Combinations = Type.Object(
  {
    /** All rows, and test rows with ground truth. */
    rows: Count,
    testRows: Count,
    lfs: Type.Array(Text(200), { minItems: 1, maxItems: 512 }),
    positive: Text(64),
    requested: Text(40),
    singles: Type.Array(CombinationSet, { maxItems: 512 }),
    pairs: Type.Array(CombinationSet, { maxItems: 2016 }),
    /** Sets of three and more, each the one before with its best addition. */
    grown: Type.Array(CombinationSet, { maxItems: 16 }),
    /** How the grown sets came about: LFs in the order of their addition, the first two included. */
    growth: Type.Array(CombinationAddition, { maxItems: 16 }),
    /** What to add next to a set, best first. */
    next: Type.Object(
      { base: Type.Array(LfIndex, { maxItems: 512 }), additions: Type.Array(CombinationAddition, { maxItems: 64 }) },
      closed,
    ),
    /** Over pairs, with the label model's F1 of the positive label. (The paper's open question.) */
    rankCorrelations: Type.Object(
      { coverage: RankCorrelation, coverageGained: RankCorrelation, featureCorrelation: RankCorrelation },
      closed,
    ),
    reasons: Type.Array(Text(500), { maxItems: 20 }),
  },
  closed,
);
export type Combinations = Static<typeof Combinations>;
