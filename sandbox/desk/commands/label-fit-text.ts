import { counted } from "@flamenco/policies/errors";
import { drawTable, formatShare, toLine } from "../text-table.js";
import type { FitReport, RowReport } from "./label-fit-report.js";

/** The report as tables. */
export function renderFit(report: FitReport): string {
  const { labels, lfs, weights, conditional, softLabels, predictions } = report;
  const balance = labels.map((label, index) => `${toLine(label)} ${formatShare(report.classBalance[index]!)}`);
  const sections = [
    `${report.model}: ${report.reason}
${counted(report.n, "row")}, ${counted(report.patterns, "vote pattern")}; class balance (${report.classBalanceSource}) ${balance.join(", ")}; ${report.converged ? "converged" : "NOT converged"} after ${report.iterations} iterations${report.identified ? "" : "; NOT identified by these votes"}`,
    drawTable(
      [
        { name: "labeling function" },
        { name: "weight", numeric: true },
        ...labels.flatMap((label) => labels.map((vote) => ({ name: `P(${vote}|${label})`, numeric: true }))),
      ],
      lfs.map((lf, index) => [
        lf,
        formatShare(weights[index]!),
        ...labels.flatMap((_label, y) => labels.map((_vote, j) => formatShare(conditional[index]![j + 1]![y]!))),
      ]),
    ),
    ...(softLabels.length === 0
      ? []
      : [
          drawTable(
            [
              { name: "row", numeric: true },
              ...labels.map((name) => ({ name, numeric: true })),
              { name: "prediction" },
            ],
            softLabels.map((soft, index) => [
              String(index + 1),
              ...labels.map((_label, y) => formatShare(soft?.[y] ?? null)),
              predictions[index] === null ? "-" : labels[predictions[index]!]!,
            ]),
          ),
        ]),
    ...(report.row === undefined ? [] : [renderRow(report.row, labels)]),
    ...report.warnings.map((warning) => `Mind: ${toLine(warning)}`),
  ];
  return sections.join("\n\n");
}

function renderRow(row: RowReport, labels: readonly string[]): string {
  const signed = (value: number) => `${value >= 0 ? "+" : ""}${value.toFixed(3)}`;
  const [label, against] = [toLine(labels[row.label]!), toLine(labels[row.against]!)];
  const prediction = row.prediction < 0 ? "no prediction" : `predicted ${toLine(labels[row.prediction]!)}`;
  const rows = [
    ...(row.unit === "log-odds" ? [["(class balance)", "", signed(row.balance)]] : []),
    ...row.contributions
      .filter(({ vote, value }) => vote >= 0 || value !== 0)
      .map(({ lf, vote, value }) => [lf, vote < 0 ? "abstains" : labels[vote]!, signed(value)]),
    ["(together)", "", signed(row.total)],
  ];
  return `Row ${row.row} votes ${row.votes} (as ${counted(row.rowsAlike, "row does|rows do")}): ${prediction}. What speaks for ${label} against ${against}, in ${row.unit === "log-odds" ? "log-odds" : "shares of the votes"}:

${drawTable([{ name: "from" }, { name: "vote" }, { name: "adds", numeric: true }], rows)}`;
}
