import { type Static, Type } from "@sinclair/typebox";
import { Count, closed, Identifier, Name, OrNull, Share, Text } from "./primitives.js";

/** An inner node: a symbolic condition such as `averagePacketSize <= p25(averagePacketSize)`. */
export const TreeTest = Type.Object(
  {
    type: Type.Literal("test"),
    condition: Text(500),
    /** Row fields that the condition reads. */
    fields: Type.Array(Identifier, { maxItems: 32 }),
    /** LF that the condition comes from; absent in the decision of a single LF, and where several LFs ask it. */
    lf: Type.Optional(Text(200)),
    /** Index of the node that follows when the condition holds, and when not. Always greater than this node's index. */
    yes: Count,
    no: Count,
    /**
     * Index of the node that follows when the row lacks a value that the condition reads. Absent where no such row comes by,
     * and in the decision of a single LF and in a chain: there that LF abstains.
     */
    missing: Type.Optional(Count),
  },
  closed,
);

/** A leaf: a label, or `null` for inconclusive. */
export const TreeLeaf = Type.Object(
  {
    type: Type.Literal("leaf"),
    label: OrNull(Name),
    lf: Type.Optional(Text(200)),
    /** Share of the rows that end here, where it is released. */
    share: Type.Optional(OrNull(Share)),
  },
  closed,
);

/** A decision tree (or graph: leaves and subtrees may be shared); node 0 is the root. */
export const DecisionTree = Type.Object(
  { nodes: Type.Array(Type.Union([TreeTest, TreeLeaf]), { minItems: 1, maxItems: 8192 }) },
  closed,
);
export type TreeTest = Static<typeof TreeTest>;
export type TreeLeaf = Static<typeof TreeLeaf>;
export type DecisionTree = Static<typeof DecisionTree>;
