import { closed, KeyId, Name } from "@flamenco/policies/wire";
import { wallRequirements } from "@flamenco/sandbox/worker";
import { type Static, Type } from "@sinclair/typebox";
import { limits } from "../limits.js";
import { ReleaseConfig } from "./release-config.js";

/** A researcher as the operator knows it: what policies see of a key beside the key. */
export const ListedResearcher = Type.Object(
  {
    keyId: KeyId,
    name: Type.Optional(Name),
    institution: Type.Optional(Name),
    collaborations: Type.Optional(
      Type.Array(Name, { maxItems: limits.collaborationsPerResearcher, uniqueItems: true }),
    ),
  },
  closed,
);
export type ListedResearcher = Static<typeof ListedResearcher>;

/** `node.json`: everything that an operator sets, closed so that a misspelt key stops the boot. */
export const NodeConfig = Type.Object(
  {
    schema: Type.Literal("flamenco-node-config/1"),
    name: Name,
    /** Address of the registry that this node polls. */
    registry: Type.String({ pattern: "^https?://[^\\s?#]+$", maxLength: 2_000 }),
    http: Type.Object({ port: Type.Integer({ minimum: 0, maximum: 65_535 }) }, closed),
    /** Researchers that policies see as trusted. */
    researchers: Type.Array(ListedResearcher, { maxItems: limits.researchers }),
    limits: Type.Object(
      {
        /** Sealed workers at a time. */
        workers: Type.Integer({ minimum: 1, maximum: limits.workersMaximum }),
        memoryMegabytes: Type.Integer({ minimum: 128, maximum: limits.memoryMegabytesMaximum }),
        deadlineSeconds: Type.Integer({ minimum: 1, maximum: limits.deadlineSecondsMaximum }),
      },
      closed,
    ),
    release: Type.Optional(ReleaseConfig),
    /** Walls around the sealed worker without which nothing runs; `namespaces` when absent. */
    sandbox: Type.Optional(
      Type.Object({ require: Type.Union(wallRequirements.map((requirement) => Type.Literal(requirement))) }, closed),
    ),
  },
  closed,
);
export type NodeConfig = Static<typeof NodeConfig>;
