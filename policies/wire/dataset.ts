import { type Static, Type } from "@sinclair/typebox";
import { KindName } from "./package.js";
import { Pipeline } from "./pipeline.js";
import { Count, closed, Digest, Identifier, Instant, Name, OrNull, Text } from "./primitives.js";

/** Statistics that LFs may name. No minimum and no maximum: each is one row's value. */
export const statisticNames = ["count", "mean", "sd", "p5", "p10", "p25", "p50", "p75", "p90", "p95"] as const;
export type StatisticName = (typeof statisticNames)[number];

/**
 * Statistics of one numeric column over its present values: `sd` with n-1, percentiles by linear interpolation between
 * the closest ranks (numpy's default). `null` when fewer values are there than the statistic needs.
 */
export const ColumnStatistics = Type.Object(
  Object.fromEntries(statisticNames.map((name) => [name, OrNull(Type.Number())])) as Record<
    StatisticName,
    ReturnType<typeof OrNull<ReturnType<typeof Type.Number>>>
  >,
  closed,
);
export type ColumnStatistics = Static<typeof ColumnStatistics>;

/** Statistics of a dataset version, by column. Frozen with the version. */
export const DatasetStatistics = Type.Record(Identifier, ColumnStatistics);
export type DatasetStatistics = Static<typeof DatasetStatistics>;

/** Row-by-row account of an import: read = kept + the sum of dropped. */
export const ImportAccount = Type.Object(
  {
    read: Count,
    kept: Count,
    dropped: Type.Array(
      Type.Object(
        {
          reason: Text(60),
          rows: Count,
          /** First offending places, `file:line`, at most 5. */
          first: Type.Array(Text(400), { maxItems: 5 }),
        },
        closed,
      ),
    ),
    files: Type.Array(Type.Object({ name: Text(400), sha256: Digest, bytes: Count, read: Count, kept: Count }, closed)),
    notes: Type.Array(Text(500)),
  },
  closed,
);
export type ImportAccount = Static<typeof ImportAccount>;

/** `manifest.json` of a dataset version: everything known of it but its rows. The version is its canonical SHA-256. */
export const DatasetManifest = Type.Object(
  {
    schema: Type.Literal("flamenco-dataset/1"),
    name: Name,
    kind: KindName,
    dialect: Text(60),
    importedAt: Instant,
    rows: Count,
    /** Columns of the kind that are there, in the kind's order. */
    columns: Type.Array(Identifier),
    /** Parquet files beside the manifest, in row order. */
    partitions: Type.Array(Type.Object({ file: Text(100), rows: Count, sha256: Digest, bytes: Count }, closed)),
    time: Type.Object({ minMs: OrNull(Type.Number()), maxMs: OrNull(Type.Number()) }, closed),
    /** Labels in the reserved column `__truth`, or null when there is no ground truth. Never readable by an LF. */
    truth: OrNull(Type.Object({ labels: Type.Array(Name), labeledRows: Count }, closed)),
    /** Over all rows. */
    statistics: DatasetStatistics,
    /** Parts that have statistics of their own, in a file beside the manifest; absent where the whole is the one segment. */
    segments: Type.Optional(
      Type.Object(
        {
          /** Fields whose values tell the parts apart. */
          by: Type.Array(Identifier, { maxItems: 4 }),
          /** Column whose modes divide each part further, or null. */
          modality: OrNull(Identifier),
          count: Count,
          file: Type.Literal("segments.json"),
          sha256: Digest,
          bytes: Count,
        },
        closed,
      ),
    ),
    /** How the rows were prepared, and what of it runs must know; absent where they are as they were read. */
    preparation: Type.Optional(
      Type.Object(
        {
          pipeline: Pipeline,
          seed: Type.Integer({ minimum: 0 }),
          /** Rows of the reserved column `__split`; absent where each run splits for itself. */
          split: Type.Optional(Type.Object({ train: Count, validation: Count, test: Count }, closed)),
          /** Made-up rows, true in the reserved column `__synthetic`: all of them training rows. */
          syntheticRows: Count,
        },
        closed,
      ),
    ),
    account: ImportAccount,
    software: Text(60),
  },
  closed,
);
export type DatasetManifest = Static<typeof DatasetManifest>;

/** Reserved Parquet column that holds the part of each row: 0 training, 1 validation, 2 test. */
export const splitColumn = "__split";

/** Reserved Parquet column that is true for a row that was made up. */
export const syntheticColumn = "__synthetic";

/** Reserved Parquet column that holds ground truth (a label name or null). */
export const truthColumn = "__truth";
