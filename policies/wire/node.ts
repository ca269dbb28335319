import { type Static, Type } from "@sinclair/typebox";
import { KindName } from "./package.js";
import { closed, Instant, KeyId, Name, Text } from "./primitives.js";

/** What a node tells the registry about itself, signed: enough to address a study, nothing about its rows. */
export const NodeAnnouncement = Type.Object(
  {
    schema: Type.Literal("flamenco-node/1"),
    name: Name,
    keyId: KeyId,
    datasets: Type.Array(Type.Object({ name: Name, kind: KindName }, closed), { maxItems: 1000 }),
    at: Instant,
    software: Text(60),
  },
  closed,
);
export type NodeAnnouncement = Static<typeof NodeAnnouncement>;
