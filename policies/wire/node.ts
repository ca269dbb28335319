import { type Static, Type } from "@sinclair/typebox";
import { KindName } from "./package.js";
import { Count, closed, Digest, Instant, KeyId, Name, Text } from "./primitives.js";
import { ReleaseRules } from "./release-rules.js";
import { PresetName } from "./study.js";

/** What was charged to a dataset, in millionths of rho. */
export const BudgetCharged = Type.Object(
  {
    /** By everybody, over all versions. */
    datasetMicroRho: Count,
    /** On this version, whoever has spent most first. */
    collaborators: Type.Array(Type.Object({ keyId: KeyId, microRho: Count }, closed), { maxItems: 100 }),
    /** Whether all who were charged are listed. */
    complete: Type.Boolean(),
  },
  closed,
);
export type BudgetCharged = Static<typeof BudgetCharged>;

/** Under what terms a dataset releases: enough to know price, noise and balance of a release before it is asked for. */
export const ReleaseTerms = Type.Object(
  {
    /** The least strict preset that releases of it are under, and the rules of its releases under that preset. */
    preset: PresetName,
    rules: ReleaseRules,
    version: Digest,
    /** Two digits, rounded down: a node tells no exact number. */
    rows: Type.Integer({ minimum: 1, maximum: 2 ** 40 }),
    hasTruth: Type.Boolean(),
    charged: BudgetCharged,
  },
  closed,
);
export type ReleaseTerms = Static<typeof ReleaseTerms>;

/** What a node tells the registry about itself, signed: enough to address and price a study, nothing about single rows. */
export const NodeAnnouncement = Type.Object(
  {
    schema: Type.Literal("flamenco-node/1"),
    name: Name,
    keyId: KeyId,
    datasets: Type.Array(
      Type.Object(
        {
          name: Name,
          kind: KindName,
          /** Absent where the node's operator keeps them back. */
          terms: Type.Optional(ReleaseTerms),
        },
        closed,
      ),
      { maxItems: 1000 },
    ),
    at: Instant,
    software: Text(60),
  },
  closed,
);
export type NodeAnnouncement = Static<typeof NodeAnnouncement>;
