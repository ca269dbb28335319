import { Command, Option } from "commander";
import { drawThresholds } from "../../plots/index.js";
import {
  calculateThresholds,
  detectModes,
  type Threshold,
  type ThresholdMethod,
  thresholdMethods,
} from "../../preprocess/index.js";
import { answer } from "../answer.js";
import { readDataTable } from "../data-table.js";
import { drawTable } from "../text-table.js";
import { addWhereOption, numbersAt, readNumberOption, selectedRows } from "./data-options.js";
import { writePlot } from "./data-plot.js";

interface ThresholdsOptions {
  readonly column: string;
  readonly method: ThresholdMethod | "all";
  readonly fence: string;
  readonly deviations: string;
  readonly unit?: string;
  readonly title?: string;
  readonly where?: string;
  readonly svg?: string;
  readonly json?: boolean;
}

/** `flamenco data thresholds`: where outliers of a column with one mode begin. */
export function dataThresholdsCommand(): Command {
  const command = new Command("thresholds")
    .summary("thresholds between usual and unusual values of a column")
    .description(
      "Thresholds of a column that has one mode: Tukey's fences, mean ± k standard deviations, median ± k scaled median absolute deviations, and the knees of the sorted values. Split a column of several modes first (`flamenco data modality`).",
    )
    .argument("<file>", "CSV file with a heading line, gzip or not")
    .requiredOption("--column <name>", "column of numbers")
    .addOption(new Option("--method <name>", "one method alone").choices([...thresholdMethods, "all"]).default("all"))
    .option("--fence <lengths>", "of tukey: lengths of the box beyond its ends", "1.5")
    .option("--deviations <number>", "of sd and mad: how many", "3")
    .option("--svg <file>", "draw the sorted values, their histogram and the thresholds")
    .option("--unit <text>", "unit to write at the plot's axis")
    .option("--title <text>", "above the plot (default: the column)")
    .option("--json", "answer with one JSON document on standard output");
  addWhereOption(command).addHelpText(
    "after",
    `
Examples:
  $ flamenco data thresholds rtt.csv --column rttMs --svg thresholds.svg --unit ms
  $ flamenco data thresholds prepared.csv --column rttMs --where "segment = '3.1'" --method mad --deviations 4 --json
`,
  );
  return command.action(async (path: string) => showThresholds(path, command.opts<ThresholdsOptions>()));
}

async function showThresholds(path: string, options: ThresholdsOptions): Promise<void> {
  const { column, method, unit = "", title = column } = options;
  const settings = {
    fence: readNumberOption(options.fence, "--fence"),
    deviations: readNumberOption(options.deviations, "--deviations"),
  };
  const table = await readDataTable(path);
  const values = numbersAt(table, column, selectedRows(table, options.where));
  const thresholds = calculateThresholds(values, method === "all" ? thresholdMethods : [method], settings);
  const { modes, values: count } = detectModes(values);
  if (options.svg !== undefined) {
    await writePlot(options.svg, drawThresholds({ values, thresholds, column, unit, title }));
  }
  const warnings =
    modes.length === 1
      ? []
      : [
          `The column has ${modes.length} modes; thresholds are meant for one. Split it first (flamenco data modality).`,
        ];
  const document = { column, values: count, modes: modes.length, thresholds, warnings };
  answer(options.json === true, document, () =>
    [drawThresholdTable(thresholds), ...warnings.map((warning) => `Mind: ${warning}`)].join("\n\n"),
  );
}

function drawThresholdTable(thresholds: readonly Threshold[]): string {
  const show = (value: number | null) => (value === null ? "-" : String(Number(value.toPrecision(7))));
  return drawTable(
    [
      { name: "method" },
      ...["low", "high", "below", "above"].map((name) => ({ name, numeric: true })),
      { name: "how" },
    ],
    thresholds.map(({ method, low, high, below, above, explanation }) => [
      method,
      show(low),
      show(high),
      String(below),
      String(above),
      explanation,
    ]),
  );
}
