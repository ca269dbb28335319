import { type Static, Type } from "@sinclair/typebox";
import { ClassifierSpec } from "./classifier.js";
import { CountingRequest, ProtectedCounts } from "./counting.js";
import { ErrorDocument } from "./error.js";
import { Outputs } from "./outputs.js";
import { KindName, PackageReference, SourceFile } from "./package.js";
import { Count, closed, Digest, Identifier, Share, Text } from "./primitives.js";
import { Progress } from "./run.js";
import { LabelModelName, LfPrior, OutputName } from "./study.js";
import { Task } from "./task.js";

/** What the server tells a sealed worker, once, as one line of JSON on its standard input. */
export const WorkerJob = Type.Object(
  {
    protocol: Type.Literal("flamenco-worker/1"),
    dataset: Type.Object(
      {
        /** Absolute path of one dataset version: `manifest.json` and its Parquet partitions. */
        directory: Text(4096),
        version: Digest,
        kind: KindName,
      },
      closed,
    ),
    task: Task,
    packages: Type.Array(
      Type.Object(
        {
          reference: PackageReference,
          files: Type.Array(SourceFile, { minItems: 1, maxItems: 64 }),
          lfs: Type.Array(Type.Object({ name: Identifier, file: Text(200) }, closed), { minItems: 1, maxItems: 64 }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 32 },
    ),
    outputs: Type.Array(OutputName, { minItems: 1 }),
    labelModel: LabelModelName,
    classBalance: Type.Optional(Type.Array(Share, { minItems: 2, maxItems: 8 })),
    priors: Type.Optional(Type.Array(LfPrior, { minItems: 1, maxItems: 512 })),
    endClassifier: Type.Optional(ClassifierSpec),
    seed: Count,
    /** Threads that read and vote, at most; absent: one. Results do not depend on it. */
    threads: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    /** Private fields that policy grants to this run. */
    grantedFields: Type.Array(Identifier),
    /** Present: counts are handed over instead of the outputs. */
    counting: Type.Optional(CountingRequest),
  },
  closed,
);
export type WorkerJob = Static<typeof WorkerJob>;

/** The closed set of messages that leave the sealed worker: one JSON document a line on descriptor 3. */
export const WorkerMessage = Type.Union([
  Type.Object({ type: Type.Literal("progress"), progress: Progress }, closed),
  Type.Object({ type: Type.Literal("outputs"), rows: Count, outputs: Outputs }, closed),
  Type.Object({ type: Type.Literal("counts"), counts: ProtectedCounts }, closed),
  Type.Object({ type: Type.Literal("failed"), error: ErrorDocument }, closed),
]);
export type WorkerMessage = Static<typeof WorkerMessage>;
