import { formatCell } from "./report-text.js";
import type { ReportTable, StudyReport } from "./study-report.js";

/** The report for people. Charts are files beside it. */
export function writeReport(report: StudyReport): string {
  const { sizes, settings, tables, charts, claims, notes } = report;
  const lines = [
    `# ${report.title}`,
    "",
    `Paper: ${report.paper}. Seed ${report.seed}${report.small ? ", small run" : ""}.`,
    "",
    `**What differs.** ${report.difference}`,
    "",
    `**Ground truth.** ${report.truth}`,
    "",
    "## Claims",
    "",
    ...claims.map(({ claim, verdict, because }) => `- **${verdict}**: ${claim} ${because}`),
    "",
    ...tables.flatMap((table) => [`## ${table.title}`, "", ...writeTable(table), ""]),
    ...charts.flatMap(({ file, caption }) => [`![${escapeMarkdown(caption)}](${file})`, ""]),
    "## Notes",
    "",
    ...notes.map((note) => `- ${note}`),
    "",
    "## Sizes and settings",
    "",
    ...Object.entries({ ...sizes, ...settings }).map(([name, value]) => `- ${name}: ${formatCell(value)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function writeTable({ columns, rows, note }: ReportTable): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [
    line(columns),
    `|${columns.map(() => "---").join("|")}|`,
    ...rows.map((row) => line(row.map(formatCell))),
    ...(note === undefined ? [] : ["", note]),
  ];
}

const escapeMarkdown = (text: string): string => text.replaceAll(/[|[\]]/g, (character) => `\\${character}`);
