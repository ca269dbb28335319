import { counted } from "@flamenco/policies/errors";
import { drawTable, formatShare, toLine } from "../text-table.js";
import type { AnalysisReport, BucketLine } from "./label-analyze-report.js";

/** Patterns that a bucket of errors shows in text; the JSON document has all. */
const SHOWN_PATTERNS = 5;
/** Pairwise agreement is drawn up to so many LFs; wider tables do not fit a terminal. */
const SHOWN_AGREEMENT = 12;

/** The report as tables. */
export function renderAnalysis(report: AnalysisReport): string {
  const { lfs, labelModel } = report;
  const count = (value: number | null) => (value === null ? "-" : String(value));
  const agreement =
    lfs.length > SHOWN_AGREEMENT
      ? []
      : [
          `Agreement where both vote:\n\n${drawTable(
            [{ name: "" }, ...lfs.map(({ lf }) => ({ name: lf, numeric: true }))],
            lfs.map(({ lf }, i) => [lf, ...report.agreement[i]!.map(formatShare)]),
          )}`,
        ];
  const sections = [
    `${counted(report.rows, "row")}, ${report.labeledRows} with ground truth; some labeling function votes on ${formatShare(report.labelCoverage)} of them, two or more on ${formatShare(report.rowOverlap)}, differing ones on ${formatShare(report.rowConflict)}.
Weights and predictions are of ${labelModel.model}: ${toLine(labelModel.reason)}`,
    drawTable(
      [
        { name: "labeling function" },
        { name: "polarity" },
        ...["coverage", "overlaps", "conflicts", "correct", "incorrect", "accuracy", "weight"].map((name) => ({
          name,
          numeric: true,
        })),
      ],
      lfs.map((line) => [
        line.lf,
        line.polarity.join(", "),
        ...[line.coverage, line.overlaps, line.conflicts].map(formatShare),
        count(line.correct),
        count(line.incorrect),
        formatShare(line.empiricalAccuracy),
        formatShare(line.weight),
      ]),
    ),
    ...agreement,
    ...report.buckets.filter(({ right }) => !right).map(renderBucket),
    ...report.warnings.map((warning) => `Mind: ${toLine(warning)}`),
  ];
  return sections.join("\n\n");
}

function renderBucket({ truth, prediction, rows, patterns }: BucketLine): string {
  const title = `${counted(rows, "row is|rows are")} ${toLine(String(truth))} and ${prediction === null ? "got no prediction" : `${rows === 1 ? "was" : "were"} predicted ${toLine(String(prediction))}`}:`;
  const more =
    patterns.length > SHOWN_PATTERNS
      ? `\n… and ${patterns.length - SHOWN_PATTERNS} more vote patterns (--json shows all)`
      : "";
  return `${title}\n\n${drawTable(
    [{ name: "votes" }, { name: "rows", numeric: true }, { name: "for example rows" }],
    patterns
      .slice(0, SHOWN_PATTERNS)
      .map((pattern) => [pattern.votes, String(pattern.rows), pattern.firstRows.join(", ")]),
  )}${more}`;
}
