import { type ClassificationMetrics, evaluate } from "../../learning/index.js";
import { type OutlierModel, type Outliers, toFlagProbabilities } from "../../outliers/index.js";
import type { OutlierTable } from "./outliers-table.js";

/** What `flamenco outliers` answers. */
export interface OutlierReport {
  readonly model: OutlierModel;
  readonly backend: "own";
  readonly seed: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly columns: readonly string[];
  readonly leftOut: readonly string[];
  readonly rows: number;
  readonly skipped: number;
  readonly flagged: number;
  /** Rows whose score is above it are flagged. */
  readonly threshold: number;
  readonly scores: { readonly least: number; readonly median: number; readonly greatest: number };
  /** Flags and scores against the ground truth; `null` without a target column. */
  readonly metrics: ClassificationMetrics | null;
  readonly seconds: number;
}

/** @param seconds that the search took */
export function reportOutliers(table: OutlierTable, found: Outliers, seed: number, seconds: number): OutlierReport {
  const sorted = found.scores.slice().sort();
  return {
    model: found.model,
    backend: "own",
    seed,
    parameters: found.parameters,
    columns: table.samples.features,
    leftOut: table.leftOut,
    rows: table.rows.length,
    skipped: table.skipped,
    flagged: found.flags.reduce((sum, flag) => sum + flag, 0),
    threshold: found.threshold,
    scores: { least: sorted[0]!, median: sorted[sorted.length >> 1]!, greatest: sorted.at(-1)! },
    metrics:
      table.truth === null
        ? null
        : evaluate(toFlagProbabilities(found), table.truth, { labels: ["usual", "outlier"], seed }),
    seconds,
  };
}
