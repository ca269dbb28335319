import { type Static, Type } from "@sinclair/typebox";
import { closed, Name } from "./primitives.js";

/** The question asked of the data: an id, its ordered labels, the positive label. */
export const Task = Type.Object(
  {
    id: Name,
    /** Ordered: label index 0..k-1 everywhere. */
    labels: Type.Array(Name, { minItems: 2, maxItems: 8, uniqueItems: true }),
    /** The label whose F1 is reported as "the" F1. One of `labels`. */
    positive: Name,
  },
  closed,
);
export type Task = Static<typeof Task>;
