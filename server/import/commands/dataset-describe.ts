import { FlamencoError } from "@flamenco/policies/errors";
import { statisticNames } from "@flamenco/policies/wire";
import { Command } from "commander";
import { openCurrentVersion } from "../../datasets/index.js";
import { strongestPairs } from "../correlated-pairs.js";
import { numericColumns, sampleDataset } from "../dataset-sample.js";
import { histogramOfValues, type ValueHistogram } from "../value-histogram.js";
import { answer, type CommonOptions, datasetsRootOf, withCommonOptions } from "./common-options.js";
import { renderColumn, renderDescription } from "./description-report.js";
import { ProgressLine } from "./progress-line.js";

interface DescribeOptions extends CommonOptions {
  readonly column?: string;
}

const RANGES = 24;

export function datasetDescribeCommand(): Command {
  return withCommonOptions(new Command("describe"))
    .description(
      "Statistics, histograms and correlations of a dataset's columns. For the operator: nothing of it is released.",
    )
    .argument("<name>", "name of the dataset")
    .option("--column <field>", "this column alone, with its histogram in full")
    .addHelpText(
      "after",
      `
Examples:
  flamenco dataset describe north
  flamenco dataset describe north --column averagePacketSize
  flamenco dataset describe north --json

Statistics are those of the version, over all rows. Histograms and correlations are taken on 100,000 rows of a larger
dataset; histograms run from the 1st to the 99th percentile.`,
    )
    .action(describeDataset);
}

async function describeDataset(name: string, options: DescribeOptions): Promise<void> {
  const dataset = await openCurrentVersion(datasetsRootOf(options), name);
  const { manifest, version } = dataset;
  const columns = numericColumns(manifest);
  const { column } = options;
  if (column !== undefined && !columns.includes(column)) {
    throw new FlamencoError("FLM_FIELD_MISSING", `The dataset ${name} has no numeric column of that name.`);
  }
  const progress = new ProgressLine(process.stderr);
  const sample = await sampleDataset(dataset, (done, total) => progress.show({ stage: "read", done, total })).finally(
    () => progress.clear(),
  );
  const histograms = new Map(
    (column === undefined ? columns : [column]).map((one): [string, ValueHistogram] => [
      one,
      histogramOfValues(sample.columns.get(one) ?? new Float64Array(0), RANGES),
    ]),
  );
  const pairs = column === undefined ? strongestPairs(sample.columns) : [];
  const document = {
    dataset: name,
    version,
    rows: manifest.rows,
    sampledRows: sample.rows,
    columns: [...histograms].map(([one, histogram]) => ({
      column: one,
      statistics: manifest.statistics[one] ?? Object.fromEntries(statisticNames.map((statistic) => [statistic, null])),
      histogram,
    })),
    correlations: pairs,
  };
  answer(options, document, () =>
    column === undefined
      ? renderDescription(dataset, sample, histograms, pairs)
      : renderColumn(dataset, sample, column, histograms.get(column) as ValueHistogram),
  );
}
