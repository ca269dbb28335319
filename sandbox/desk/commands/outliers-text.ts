import { counted } from "@flamenco/policies/errors";
import { drawTable, formatShare, toLine } from "../text-table.js";
import type { OutlierReport } from "./outliers-report.js";

const names: Readonly<Record<OutlierReport["model"], string>> = {
  lof: "Local Outlier Factor",
  envelope: "Elliptic Envelope",
  mcd: "Robust covariance (FastMCD)",
  forest: "Isolation Forest",
};

/** What `outliers` prints. */
export function renderOutliers(report: OutlierReport): string {
  const { model, rows, columns, flagged, threshold, scores, parameters, skipped, leftOut, metrics } = report;
  const settings = Object.entries(parameters).map(([name, value]) => `${name} ${value ?? "by threshold"}`);
  return [
    `${names[model]} on ${counted(columns.length, "column")} of ${counted(rows, "row")}: ${flagged} flagged (${((100 * flagged) / rows).toFixed(1)} %)`,
    `Settings: ${settings.join(", ")}, seed ${report.seed}`,
    `Scores: ${[scores.least, scores.median, scores.greatest].map(formatScore).join(" | ")} (least, median, greatest); flagged above ${formatScore(threshold)}`,
    ...(skipped > 0
      ? [`Note: ${counted(skipped, "row lacks a value and was|rows lack a value and were")} skipped.`]
      : []),
    ...(leftOut.length > 0 ? [`Note: left out, for they hold text: ${leftOut.map(toLine).join(", ")}`] : []),
    ...(metrics === null ? [] : ["", renderMetrics(metrics)]),
    `${report.seconds.toFixed(1)} s`,
  ].join("\n");
}

function renderMetrics(metrics: NonNullable<OutlierReport["metrics"]>): string {
  const outlier = metrics.labels[1]!;
  const scores = [
    ["precision", outlier.precision],
    ["recall", outlier.recall],
    ["F1", outlier.f1],
    ["ROC AUC", metrics.rocAuc],
    ["PR AUC", metrics.prAuc],
    ["Matthews", metrics.matthews],
  ] as const;
  return drawTable(
    [
      { name: `${counted(metrics.rows, "row")} with ground truth` },
      { name: "", numeric: true },
      { name: "95 % interval" },
    ],
    scores.map(([name, { value, interval, reason }]) => [
      name,
      formatShare(value),
      interval === null ? (reason ?? "") : interval.map(formatShare).join(" to "),
    ]),
  );
}

const formatScore = (score: number): string => String(Number(score.toPrecision(4)));
