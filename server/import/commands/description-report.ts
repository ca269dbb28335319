import { counted } from "@flamenco/policies/errors";
import { fieldOf, kindOf, statisticNames } from "@flamenco/policies/wire";
import type { DatasetVersion } from "../../datasets/index.js";
import { drawTable, formatCount, formatNumber } from "../../support/index.js";
import type { CorrelatedPair } from "../correlated-pairs.js";
import type { DatasetSample } from "../dataset-sample.js";
import { barRows, drawSparkline, type ValueHistogram } from "../value-histogram.js";

/** Every column in a line, then the pairs of columns that go together. */
export function renderDescription(
  dataset: DatasetVersion,
  sample: DatasetSample,
  histograms: ReadonlyMap<string, ValueHistogram>,
  pairs: readonly CorrelatedPair[],
): string {
  const { manifest } = dataset;
  const constants = [...sample.columns].filter(([, values]) => isConstant(values));
  const constantNames = new Set(constants.map(([column]) => column));
  const varying = [...histograms].filter(([column]) => !constantNames.has(column));
  const rows = varying.map(([column, histogram]) => {
    const of = manifest.statistics[column];
    return [column, drawSparkline(histogram), ...statisticNames.map((name) => formatNumber(of?.[name] ?? null))];
  });
  const correlations = pairs.map(({ columns, spearman, pearson }) => [
    ...columns,
    spearman.toFixed(3),
    pearson === null ? "-" : pearson.toFixed(3),
  ]);
  return [
    headOf(dataset, sample),
    drawTable(
      ["column", "1st to 99th percentile", ...statisticNames],
      rows,
      statisticNames.map((_, index) => index + 2),
    ),
    constants.length === 0
      ? ""
      : `Columns that never vary: ${constants.map(([column, values]) => `${column} (${formatNumber(presentValue(values))})`).join(", ")}`,
    correlations.length === 0
      ? "No two columns vary enough for a correlation."
      : `Columns that go together, by rank correlation\n${drawTable(["column", "column", "Spearman", "Pearson"], correlations, [2, 3])}`,
  ]
    .filter((block) => block !== "")
    .join("\n\n")
    .concat("\n");
}

/** One column with its histogram in full. */
export function renderColumn(
  dataset: DatasetVersion,
  sample: DatasetSample,
  column: string,
  histogram: ValueHistogram,
): string {
  const { manifest } = dataset;
  const field = fieldOf(kindOf(manifest.kind), column);
  const of = manifest.statistics[column];
  const unit = field?.unit === "" ? "" : ` (${field?.unit})`;
  const bars = barRows(histogram, formatNumber);
  return [
    headOf(dataset, sample),
    `${column}${unit}: ${field?.meaning ?? ""}`,
    drawTable(
      [...statisticNames],
      [statisticNames.map((name) => formatNumber(of?.[name] ?? null))],
      statisticNames.map((_, index) => index),
    ),
    bars.length === 0 ? "No row has a value." : drawTable(["range", "rows", ""], bars, [1]),
    histogram.missing === 0 ? "" : `Rows without a value: ${formatCount(histogram.missing)}`,
  ]
    .filter((block) => block !== "")
    .join("\n\n")
    .concat("\n");
}

const presentValue = (values: Float64Array): number | null => values.find((value) => !Number.isNaN(value)) ?? null;

function isConstant(values: Float64Array): boolean {
  const first = presentValue(values);
  return values.every((value) => Number.isNaN(value) || value === first);
}

function headOf({ name, version, manifest }: DatasetVersion, sample: DatasetSample): string {
  const part = sample.isPart ? `, histograms and correlations on ${formatCount(sample.rows)} of them` : "";
  return `Dataset ${name}, ${manifest.kind}, version ${version.slice(0, 12)}: ${counted(manifest.rows, "row", formatCount(manifest.rows))}${part}`;
}
