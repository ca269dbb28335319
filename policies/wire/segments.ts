import { type Static, Type } from "@sinclair/typebox";
import { DatasetStatistics } from "./dataset.js";
import { Count, closed, OrNull, Text } from "./primitives.js";

/** Reserved Parquet column that holds the number of each row's segment, counted from 0. */
export const segmentColumn = "__segment";

/** Most segments of one dataset version: each has a row of statistics in memory. */
export const maxSegments = 10_000;

/**
 * `segments.json` of a dataset version: the parts over which its statistics are taken, in the order of their numbers. It
 * stays in the dataset's folder: names may be addresses.
 */
export const DatasetSegments = Type.Object(
  {
    schema: Type.Literal("flamenco-segments/1"),
    segments: Type.Array(
      Type.Object(
        {
          /** Values of the fields in `by`, null where a row has none. */
          key: Type.Array(OrNull(Text(500)), { maxItems: 4 }),
          /** Mode of the modality column within the key, from the lowest values up; null where no modes were sought. */
          mode: OrNull(Count),
          rows: Count,
          statistics: DatasetStatistics,
        },
        closed,
      ),
      { maxItems: maxSegments },
    ),
  },
  closed,
);
export type DatasetSegments = Static<typeof DatasetSegments>;
