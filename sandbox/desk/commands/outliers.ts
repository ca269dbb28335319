import { Command, Option } from "commander";
import { outlierModels } from "../../outliers/index.js";
import { addWhereOption } from "./data-options.js";
import type { OutlierCommandOptions } from "./outliers-run.js";

/** `flamenco outliers`: rows of a table that are unlike the others. */
export function outliersCommand(): Command {
  const command = new Command("outliers")
    .summary("find the rows of a table that are unlike the others, without labels")
    .description(
      "Score every row by Local Outlier Factor, Elliptic Envelope, robust covariance (FastMCD) or Isolation Forest, and flag the ones that stand out. With a column of ground truth the flags are measured against it.",
    )
    .argument("<file>", "CSV file with a heading line, gzip or not")
    .addOption(new Option("--model <name>", "how").choices(outlierModels).makeOptionMandatory())
    .option("--columns <names>", "columns to look at, separated by commas (default: all numeric ones)")
    .option("--target <column>", "column with ground truth to measure the flags against; empty is unknown")
    .option("--positive <cell>", "cell of the target column that means outlier", "1")
    .option("--contamination <share>", "share of rows to flag, up to 0.5 (default: the model's own threshold)")
    .option("--neighbors <number>", "lof: neighbors that a row is compared with (default: 20)")
    .option("--trees <number>", "forest: trees (default: 100)")
    .option("--tree-rows <number>", "forest: rows of a tree (default: 256)")
    .option("--unscaled", "lof: take the columns' own units instead of standard deviations")
    .addOption(
      new Option("--missing <how>", "what to do with rows that lack a value")
        .choices(["refuse", "skip"])
        .default("refuse"),
    )
    .option("--seed <number>", "of everything random: the same seed gives the same answer", "1")
    .option(
      "--out <file>",
      "CSV file to write: the table and two columns, outlierScore and outlier; it must not be there yet",
    )
    .option("--json", "answer with one JSON document on standard output");
  addWhereOption(command).addHelpText(
    "after",
    `
Without --contamination lof flags factors above 1.5, forest scores above 0.5, mcd squared distances beyond the 97.5 % quantile of
the chi-square distribution, and envelope a tenth of the rows.

Examples:
  $ flamenco outliers flows.csv --model forest
  $ flamenco outliers rtt.csv --model lof --columns rtt,loss --neighbors 50 --contamination 0.05 --out flagged.csv
  $ flamenco outliers flows.csv --model mcd --target attack --missing skip --json
`,
  );
  return command.action(async (path: string) => {
    // Loaded when needed: help asks for no model.
    const { findOutliersInFile } = await import("./outliers-run.js");
    await findOutliersInFile(path, command.opts<OutlierCommandOptions>());
  });
}
