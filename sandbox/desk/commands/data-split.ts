import { Command, Option } from "commander";
import { splitPresets } from "../../preprocess/index.js";
import { addStepOptions, pipelineOf, runOnFile, type StepOptions } from "./data-steps.js";

interface SplitOptions extends StepOptions {
  readonly preset: string;
  readonly stratify?: string;
  readonly time?: string;
  readonly within?: string;
}

/** `flamenco data split`: a column that says which rows train, validate and test. */
export function dataSplitCommand(): Command {
  const command = new Command("split")
    .summary("divide rows into training, validation and test")
    .description(
      "Add the column `split`: train, validation or test. Shares in percent: ark 65/25/10, atlas 55/20/25, flow 64/16/20. Stratified, every part has the same mix of labels; by time, the earliest rows train and the latest test. Synthetic rows train.",
    )
    .argument("<file>", "CSV file with a heading line, gzip or not")
    .addOption(
      new Option("--preset <name>", "shares of the parts").choices(Object.keys(splitPresets)).makeOptionMandatory(),
    )
    .option("--stratify <column>", "column of labels; an empty cell is a label of its own")
    .option("--time <column>", "milliseconds: divide by time instead of at random")
    .option("--within <column>", "divide each value of this column by itself, for example segment");
  addStepOptions(command).addHelpText(
    "after",
    `
Examples:
  $ flamenco data split flows.csv --preset flow --stratify label --out split.csv --seed 7
  $ flamenco data split rtt.csv --preset atlas --time timeMs --within segment --out split.csv --json
`,
  );
  return command.action(async (path: string) => {
    const options = command.opts<SplitOptions>();
    const { preset, stratify, time, within } = options;
    const step = {
      step: "split",
      preset,
      ...(stratify === undefined ? {} : { stratify }),
      ...(time === undefined ? {} : { time }),
      ...(within === undefined ? {} : { within }),
    };
    await runOnFile(path, pipelineOf(step), options);
  });
}
