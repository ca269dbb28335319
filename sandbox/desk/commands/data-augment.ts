import { Command } from "commander";
import { readNames, readNumberOption } from "./data-options.js";
import { addStepOptions, pipelineOf, runOnFile, type StepOptions } from "./data-steps.js";

interface AugmentOptions extends StepOptions {
  readonly column: string;
  readonly by?: string;
  readonly time?: string;
  readonly window?: string;
  readonly seconds?: string;
  readonly prefix: string;
}

/** `flamenco data augment`: trailing-window features of a column. */
export function dataAugmentCommand(): Command {
  const command = new Command("augment")
    .summary("add the statistics of a trailing window to each row")
    .description(
      "Add eight columns: count, minimum, mean, standard deviation, quartiles and maximum of the last values of a column, the row's own included, within its group. Missing values are not counted.",
    )
    .argument("<file>", "CSV file with a heading line, gzip or not")
    .requiredOption("--column <name>", "column of numbers")
    .option("--by <columns>", "each group of equal cells by itself, for example source,destination")
    .option("--time <column>", "milliseconds to order the rows by (default: the file's order)")
    .option("--window <rows>", "values of a window (default: 10, unless --seconds is given)")
    .option("--seconds <number>", "length of a window in time; needs --time")
    .option("--prefix <text>", "of the new columns' names", "window");
  addStepOptions(command).addHelpText(
    "after",
    `
Examples:
  $ flamenco data augment rtt.csv --column rttMs --by source,destination --time timeMs --window 10 --out wide.csv
  $ flamenco data augment rtt.csv --column rttMs --time timeMs --seconds 3600 --prefix hour --out wide.csv --json
`,
  );
  return command.action(async (path: string) => {
    const options = command.opts<AugmentOptions>();
    const window = options.window ?? (options.seconds === undefined ? "10" : undefined);
    const by = readNames(options.by);
    const step = {
      step: "augment",
      column: options.column,
      ...(by.length === 0 ? {} : { by }),
      ...(options.time === undefined ? {} : { time: options.time }),
      ...(window === undefined
        ? {}
        : { rows: readNumberOption(window, "--window", { least: 1, most: 10_000, whole: true }) }),
      ...(options.seconds === undefined
        ? {}
        : { seconds: readNumberOption(options.seconds, "--seconds", { least: 1e-3 }) }),
      prefix: options.prefix,
    };
    await runOnFile(path, pipelineOf(step), options);
  });
}
