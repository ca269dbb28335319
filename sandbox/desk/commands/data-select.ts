import { FlamencoError } from "@flamenco/policies/errors";
import { Command, Option } from "commander";
import { drawCorrelations } from "../../plots/index.js";
import type { CorrelationMethod } from "../../preprocess/index.js";
import { answer } from "../answer.js";
import { readDataTable } from "../data-table.js";
import { addWhereOption, readNames, readNumberOption, readSeed, selectedRows, tableAt } from "./data-options.js";
import { writePlot } from "./data-plot.js";
import { reportFeatures } from "./data-select-report.js";
import { renderFeatures } from "./data-select-text.js";
import { pipelineOf, writeSteps } from "./data-steps.js";

interface SelectOptions {
  readonly columns?: string;
  readonly target?: string;
  readonly method: CorrelationMethod;
  readonly duplicates: string;
  readonly where?: string;
  readonly svg?: string;
  readonly title: string;
  readonly out?: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `flamenco data select`: which columns say something of their own. */
export function dataSelectCommand(): Command {
  const command = new Command("select")
    .summary("correlations, importance and statistics of columns; which repeat another one")
    .description(
      "Statistics of every column of numbers, their correlations, the columns that repeat another one, and with --target how important each is for telling the labels apart (on rows that are not for testing).",
    )
    .argument("<file>", "CSV file with a heading line, gzip or not")
    .option("--columns <names>", "columns to look at (default: all whose cells are numbers)")
    .option("--target <column>", "column of labels")
    .addOption(
      new Option("--method <name>", "how correlation is measured").choices(["pearson", "spearman"]).default("spearman"),
    )
    .option("--duplicates <r>", "absolute correlation from which a column repeats another one", "0.95")
    .option("--svg <file>", "draw the correlation matrix")
    .option("--title <text>", "above the plot", "Correlations")
    .option("--out <file>", "write the table without the columns that repeat another one")
    .option("--seed <number>", "of the random forest and its rows", "1")
    .option("--json", "answer with one JSON document on standard output");
  addWhereOption(command).addHelpText(
    "after",
    `
Examples:
  $ flamenco data select flows.csv --target label --svg matrix.svg
  $ flamenco data select flows.csv --columns packets,bytes,srcPort --method pearson --json
  $ flamenco data select flows.csv --duplicates 0.9 --out fewer.csv
`,
  );
  return command.action(async (path: string) => selectFeatures(path, command.opts<SelectOptions>()));
}

async function selectFeatures(path: string, options: SelectOptions): Promise<void> {
  const source = await readDataTable(path);
  const table = tableAt(source, selectedRows(source, options.where));
  const chosen = readNames(options.columns);
  const bound = readNumberOption(options.duplicates, "--duplicates", { least: 1e-6, most: 1 });
  const report = reportFeatures(table, {
    columns: chosen,
    method: options.method,
    bound,
    target: options.target,
    seed: readSeed(options.seed),
  });
  if (report.matrix.names.length === 0) {
    throw new FlamencoError("FLM_TOO_FEW_VALUES", "The table has no column whose cells are all numbers.");
  }
  if (options.svg !== undefined) await writePlot(options.svg, drawCorrelations(report.matrix, options.title));
  if (options.out !== undefined) {
    const dropped = new Set(report.document.nearDuplicates.map(({ column }) => column));
    const keep = source.names.filter((name) => !dropped.has(name));
    await writeSteps(source, pipelineOf({ step: "select", keep }), 1, options.out);
  }
  answer(options.json === true, report.document, () => renderFeatures(report.document));
}
