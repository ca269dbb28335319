import { type Static, Type } from "@sinclair/typebox";
import { Outputs } from "./outputs.js";
import { KindName } from "./package.js";
import { Count, closed, Digest, Instant, KeyId, Name, Text } from "./primitives.js";
import { PresetName } from "./study.js";

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
        /** `exact`: no noise was added, for public or synthetic data only. */
        protection: Type.Literal("exact"),
        /** Access policies that decided. */
        policies: Type.Array(Text(200)),
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
