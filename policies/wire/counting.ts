import { type Static, Type } from "@sinclair/typebox";
import { DatasetStatistics } from "./dataset.js";
import { LabelModel } from "./outputs.js";
import { Count, closed, Identifier, OrNull } from "./primitives.js";
import { VoteTable } from "./vote-table.js";

const MAX_COLUMNS = 256;
const MAX_PER_DECADE = 64;
/** Bins of a column are 21 decades of either sign, and one. */
const MAX_BINS = 2 * 21 * MAX_PER_DECADE + 1;

/** What a sealed worker is told for a protected release: it hands over capped integer counts instead of outputs. */
export const CountingRequest = Type.Object(
  {
    /** Columns, and the column of the day (UTC), that tell privacy units apart; neither: every row is a unit. */
    unit: Type.Object(
      { columns: Type.Array(Identifier, { maxItems: 4, uniqueItems: true }), day: OrNull(Identifier) },
      closed,
    ),
    /** K: rows of a unit that count. */
    rowsPerUnit: Type.Integer({ minimum: 1, maximum: 1000 }),
    /** c: votes of a row that enter pair counts. */
    votesPerRow: Type.Integer({ minimum: 2, maximum: 512 }),
    /** The node's secret for this dataset version, by which rows and votes are chosen. */
    key: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    /** What labeling functions compare with, in the place of the version's own statistics, which are exact and not read. */
    statistics: Type.Optional(DatasetStatistics),
    /** Present: values of these numeric columns are counted, in bins of which so many are a decade; nothing else is. */
    catalogue: Type.Optional(
      Type.Object(
        {
          columns: Type.Array(Identifier, { minItems: 1, maxItems: MAX_COLUMNS, uniqueItems: true }),
          perDecade: Type.Integer({ minimum: 1, maximum: MAX_PER_DECADE }),
        },
        closed,
      ),
    ),
    /** Absent: votes are counted. Present: what this model and the chain of these LFs say of the rows. */
    predictions: Type.Optional(
      Type.Object({ model: LabelModel, order: Type.Array(Count, { maxItems: 512, uniqueItems: true }) }, closed),
    ),
  },
  closed,
);
export type CountingRequest = Static<typeof CountingRequest>;

/** Exact counts of what a label model and a chain of LFs predict. Never leaves the node; the release gate adds noise. */
export const PredictionCounts = Type.Object(
  {
    schema: Type.Literal("flamenco-prediction-counts/1"),
    /**
     * Test rows with ground truth y that the label model predicts as p and the chain as q, at [(y (k+1) + p) (k+1) + q];
     * p and q are k where nothing is predicted. A row is in one cell.
     */
    confusion: Type.Array(Count, { maxItems: 648 }),
    /** Rows whose first voting LF of the chain is i, for label a, at [i k + a]; the last is those on which none votes. */
    leaves: Type.Array(Count, { maxItems: 512 * 8 + 1 }),
  },
  closed,
);
export type PredictionCounts = Static<typeof PredictionCounts>;

/** Exact counts of the values of columns, for the statistics catalogue. Never leaves the node; the release gate adds noise. */
export const ColumnCounts = Type.Object(
  {
    schema: Type.Literal("flamenco-column-counts/1"),
    /** `bins[b]`: rows that count whose value is in bin b of `ValueBins`. A row is in one, or in none where it has no value. */
    columns: Type.Array(Type.Object({ column: Identifier, bins: Type.Array(Count, { maxItems: MAX_BINS }) }, closed), {
      maxItems: MAX_COLUMNS,
    }),
  },
  closed,
);
export type ColumnCounts = Static<typeof ColumnCounts>;

/** What a counting worker hands over. */
export const ProtectedCounts = Type.Union([VoteTable, PredictionCounts, ColumnCounts]);
export type ProtectedCounts = Static<typeof ProtectedCounts>;
