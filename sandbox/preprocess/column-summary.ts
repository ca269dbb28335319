import type { ColumnStatistics } from "@flamenco/policies/wire";
import { momentsOf, quantileOf, sortFinite } from "./quantiles.js";

/** Statistics of a column as LFs may name them, and how many rows have no finite value. */
export interface ColumnSummary extends ColumnStatistics {
  readonly missing: number;
}

/** One line of the statistics table that helps to choose thresholds (§3.3.1 "Feature selection", Tables 2 and 8). */
export function summarizeColumn(values: Float64Array): ColumnSummary {
  const sorted = sortFinite(values);
  const { mean, sd } = momentsOf(sorted);
  const at = (percent: number): number | null => known(quantileOf(sorted, percent / 100));
  return {
    count: sorted.length,
    missing: values.length - sorted.length,
    mean: known(mean),
    sd: known(sd),
    p5: at(5),
    p10: at(10),
    p25: at(25),
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
  };
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
