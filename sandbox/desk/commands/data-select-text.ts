import { drawTable, toLine } from "../text-table.js";
import type { FeaturesDocument } from "./data-select-report.js";

const SHOWN_PAIRS = 15;

const show = (value: number | null): string => (value === null ? "-" : String(Number(value.toPrecision(5))));

/** The report for people: statistics with importance, the strongest correlations, what repeats what. */
export function renderFeatures(document: FeaturesDocument): string {
  const weights = new Map(document.importance?.features.map(({ field, importance }) => [field, importance]));
  const statistics = ["count", "missing", "mean", "sd", "p5", "p25", "p50", "p75", "p95"] as const;
  const numeric = (names: readonly string[]) => names.map((name) => ({ name, numeric: true }));
  const table = drawTable(
    [{ name: "column" }, ...numeric(statistics), ...(document.importance === null ? [] : numeric(["importance"]))],
    document.columns.map((line) => [
      line.column,
      ...statistics.map((name) => show(line[name])),
      ...(document.importance === null ? [] : [show(weights.get(line.column) ?? null)]),
    ]),
  );
  const pairs = strongestPairs(document);
  const kind = document.correlations.method === "pearson" ? "Pearson" : "Spearman";
  const correlations = drawTable(
    [{ name: `strongest correlations (${kind})` }, { name: "" }, { name: "r", numeric: true }],
    pairs.slice(0, SHOWN_PAIRS).map(({ first, second, r }) => [first, second, r.toFixed(3)]),
  );
  const duplicates = document.nearDuplicates.map(
    ({ column, duplicateOf, correlation }) =>
      `${toLine(column)} repeats ${toLine(duplicateOf)} (r ${correlation.toFixed(3)}); keep ${toLine(duplicateOf)}.`,
  );
  return [
    table,
    ...(document.importance === null ? [] : [`Importance: ${document.importance.method}`]),
    ...(pairs.length === 0 ? [] : [correlations]),
    ...(duplicates.length === 0 ? [] : [duplicates.join("\n")]),
  ].join("\n\n");
}

function strongestPairs({ correlations }: FeaturesDocument): { first: string; second: string; r: number }[] {
  const { columns, matrix } = correlations;
  const pairs = matrix.flatMap((line, row) =>
    line
      .slice(0, row)
      .flatMap((r, column) => (r === null ? [] : [{ first: columns[column]!, second: columns[row]!, r }])),
  );
  return pairs.sort((a, b) => Math.abs(b.r) - Math.abs(a.r));
}
