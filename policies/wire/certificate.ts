import { type Static, Type } from "@sinclair/typebox";
import { Count, closed, Identifier, Name, Text } from "./primitives.js";

/** A literal compared with a field whose values are not universal: it ties the LF to its author's network. */
export const PrivateLiteral = Type.Object(
  { field: Identifier, operator: Text(3), value: Type.Number(), line: Count, column: Count },
  closed,
);

/**
 * What the verifier proved about one LF. Computed by the author, signed into the package, recomputed and compared by the
 * registry and every node. Pure, total, stateless and deterministic are literally true: a program of which they are not
 * has no certificate.
 */
export const Certificate = Type.Object(
  {
    language: Type.Literal("flamenco-lf/1"),
    lf: Identifier,
    pure: Type.Literal(true),
    total: Type.Literal(true),
    stateless: Type.Literal(true),
    deterministic: Type.Literal(true),
    /** Row fields read, sorted. */
    fields: Type.Array(Identifier, { maxItems: 128 }),
    /** Private fields among them, sorted. */
    privateFields: Type.Array(Identifier, { maxItems: 128 }),
    /** Statistics used, `field.statistic`, sorted. */
    statistics: Type.Array(Text(130), { maxItems: 256 }),
    /** Labels that it can return, in the task's order. */
    labels: Type.Array(Name, { maxItems: 8 }),
    /** Literals compared with non-universal fields. */
    literals: Type.Array(PrivateLiteral, { maxItems: 256 }),
    /** Distinct predicates (comparisons, membership and category tests). */
    predicates: Count,
    /** Leaves of its decision. */
    leaves: Count,
    /** Worst-case operations a row. */
    operations: Count,
  },
  closed,
);
export type Certificate = Static<typeof Certificate>;
