import { counted } from "@flamenco/policies/errors";
import { drawTable, formatShare, toLine } from "../text-table.js";
import type { GenerationReport } from "./lf-generate-report.js";

const stopReasons: Readonly<Record<GenerationReport["stopReason"], string>> = Object.freeze({
  "no-vague-rows": "the label model is unsure of no validation row",
  "most-rounds": "the rounds were used up",
  "nothing-new": "no further heuristic votes differently",
  "accuracies-part": "accuracies learned from votes part from those on labeled rows",
});

/** What `lf generate` prints. */
export function renderGeneration(report: GenerationReport): string {
  const { lfs, iterations, bestIteration, stopReason, rows } = report;
  const shares = (split: GenerationReport["validation"]) =>
    split === null ? ["-", "-"] : [formatShare(split.positiveF1), formatShare(split.macroF1)];
  const lfTable = drawTable(
    [
      { name: "labeling function" },
      { name: "thresholds" },
      { name: "coverage", numeric: true },
      { name: "precision", numeric: true },
      { name: "F1", numeric: true },
    ],
    lfs.map(({ name, thresholds, validation }) => [
      name,
      thresholds
        .map(
          ({ field, written, flagged }) =>
            `${written.startsWith("stats.") || written.includes("stats.") ? written : `${field} ${written}`}${flagged ? " !" : ""}`,
        )
        .join("; "),
      formatShare(validation.coverage),
      formatShare(validation.precision),
      formatShare(validation.f1),
    ]),
  );
  const splits = (["validation", "train", "test"] as const).map((split) => [
    split,
    String(rows[split]),
    ...shares(report[split]),
  ]);
  const splitTable = drawTable(
    [
      { name: "split" },
      { name: "rows", numeric: true },
      { name: `F1 of ${report.task.positive}`, numeric: true },
      { name: "macro F1", numeric: true },
    ],
    splits,
  );
  return [
    `${counted(lfs.length, "labeling function")} of round ${bestIteration} of ${iterations.length} (stopped: ${stopReasons[stopReason]}). Literals are marked with !`,
    "",
    lfTable,
    "",
    `Label model over all of them: ${report.model ?? "none"}`,
    "",
    splitTable,
    "",
    ...report.warnings.map((warning) => `Note: ${warning}`),
    `Written to ${toLine(report.folder)}: ${report.files.join(", ")}`,
    `Next: flamenco lf check ${toLine(report.folder)}`,
  ].join("\n");
}
