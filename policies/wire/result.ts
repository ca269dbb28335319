import { type Static, Type } from "@sinclair/typebox";
import { Outputs } from "./outputs.js";
import { KindName } from "./package.js";
import { Count, closed, Digest, Identifier, Instant, KeyId, Name, OrNull, Text } from "./primitives.js";
import { PresetName } from "./study.js";

/**
 * What a protected release says of any one privacy unit: whatever is released, its probability is nearly the same with and
 * without the unit's rows.
 */
export const PrivacyBound = Type.Object(
  {
    epsilon: Type.Number({ exclusiveMinimum: 0 }),
    delta: Type.Number({ exclusiveMinimum: 0 }),
    /** The same as zero-concentrated differential privacy, in millionths of rho: what the budget was charged. */
    microRho: Type.Integer({ minimum: 1 }),
    /** What is protected as one, in words: `host-day` and the like. */
    unit: Text(100),
    /** Rows of a unit that count, at most (K), and votes of a row in pair counts (c). */
    rowsPerUnit: Type.Integer({ minimum: 1 }),
    votesPerRow: Type.Integer({ minimum: 1 }),
    /** Counts below this and four standard deviations are not shown. */
    minimumSupportRows: Count,
    /** Standard deviation of the noise of one count, in rows: `null` where the release has no such count. */
    noise: Type.Object(
      {
        rows: Type.Number({ exclusiveMinimum: 0 }),
        votes: Type.Number({ exclusiveMinimum: 0 }),
        confusion: OrNull(Type.Number({ exclusiveMinimum: 0 })),
        leaves: OrNull(Type.Number({ exclusiveMinimum: 0 })),
      },
      closed,
    ),
    /**
     * The statistics catalogue that labeling functions compared with: noisy, drawn once for the dataset version and charged
     * once, before or with this release. Absent where none compares with a statistic.
     */
    catalogue: Type.Optional(
      Type.Object(
        {
          columns: Type.Array(Identifier, { minItems: 1, maxItems: 256, uniqueItems: true }),
          /** Of each column, pure. */
          epsilon: Type.Number({ exclusiveMinimum: 0 }),
          /** Of each column: what the budget was charged for it. */
          microRho: Type.Integer({ minimum: 1 }),
          /** Standard deviation of the noise of one bin, in rows. */
          noise: Type.Number({ exclusiveMinimum: 0 }),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type PrivacyBound = Static<typeof PrivacyBound>;

/** The release: what leaves a node for a run, signed by the node's key. */
export const Result = Type.Object(
  {
    schema: Type.Literal("flamenco-result/1"),
    study: Digest,
    node: Name,
    keyId: KeyId,
    dataset: Type.Object({ name: Name, version: Digest, kind: KindName, rows: Count }, closed),
    outputs: Outputs,
    release: Type.Object(
      {
        preset: PresetName,
        /**
         * `exact`: no noise was added, for public or synthetic data only. `protected`: every number follows from noisy counts,
         * as `bound` says.
         */
        protection: Type.Union([Type.Literal("exact"), Type.Literal("protected")]),
        bound: Type.Optional(PrivacyBound),
        /** Access policies that decided. */
        policies: Type.Array(Text(200)),
        /** The policy set that they are of, by digest. Absent in results of older nodes. */
        policySet: Type.Optional(Digest),
      },
      closed,
    ),
    startedAt: Instant,
    finishedAt: Instant,
    software: Text(60),
  },
  closed,
);
export type Result = Static<typeof Result>;
