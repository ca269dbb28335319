import { type Static, Type } from "@sinclair/typebox";
import { LabelModel } from "./outputs.js";
import { Count, closed, Identifier, OrNull } from "./primitives.js";
import { VoteTable } from "./vote-table.js";

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

/** What a counting worker hands over. */
export const ProtectedCounts = Type.Union([VoteTable, PredictionCounts]);
export type ProtectedCounts = Static<typeof ProtectedCounts>;
