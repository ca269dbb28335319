import { FlamencoError } from "@flamenco/policies/errors";
import { Command, Option } from "commander";
import { readNames, readNumberOption } from "./data-options.js";
import { addStepOptions, pipelineOf, runOnFile, type StepOptions } from "./data-steps.js";

interface OversampleOptions extends StepOptions {
  readonly label: string;
  readonly labels: string;
  readonly method: "uniform" | "smote";
  readonly count?: string;
  readonly bounds: readonly string[];
  readonly columns?: string;
  readonly neighbors?: string;
}

/** `flamenco data oversample`: synthetic rows of a class that has too few. */
export function dataOversampleCommand(): Command {
  const command = new Command("oversample")
    .summary("add synthetic rows of a class that has too few")
    .description(
      "Add synthetic rows at the end of the table, flagged 1 in the column `synthetic`. Uniform: values between the bounds that you give, other cells from a random row of the class. Smote: values between a row and one of its nearest neighbors. With a column `split` they are modeled on training rows alone, and belong to training.",
    )
    .argument("<file>", "CSV file with a heading line, gzip or not")
    .requiredOption("--label <name>", "class of which rows are to be made")
    .option("--labels <column>", "column of labels", "label")
    .addOption(new Option("--method <name>", "how values are made").choices(["uniform", "smote"]).default("smote"))
    .option("--count <rows>", "how many (default: as many as the largest class has more)")
    .option("--bounds <column=low:high>", "of uniform values; give it once a column", collect, [])
    .option("--columns <names>", "columns that smote interpolates (default: all of numbers)")
    .option("--neighbors <number>", "nearest neighbors that smote chooses from (default: 5)");
  addStepOptions(command).addHelpText(
    "after",
    `
Examples:
  $ flamenco data oversample rtt.csv --label noise --method uniform --bounds rttMs=300:900 --out more.csv
  $ flamenco data oversample split.csv --label attack --columns bytes,packets --neighbors 5 --out more.csv --json
`,
  );
  return command.action(async (path: string) => {
    const options = command.opts<OversampleOptions>();
    const columns = readNames(options.columns);
    const whole = (text: string | undefined, option: string, most: number) =>
      text === undefined ? undefined : readNumberOption(text, option, { most, whole: true });
    const [count, neighbors] = [whole(options.count, "--count", 1e7), whole(options.neighbors, "--neighbors", 100)];
    const step = {
      step: "oversample",
      method: options.method,
      label: options.label,
      labels: options.labels,
      ...(count === undefined ? {} : { count }),
      ...(options.bounds.length === 0 ? {} : { bounds: Object.fromEntries(options.bounds.map(readBounds)) }),
      ...(columns.length === 0 ? {} : { columns }),
      ...(neighbors === undefined ? {} : { neighbors }),
    };
    await runOnFile(path, pipelineOf(step), options);
  });
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

function readBounds(text: string): [string, [number, number]] {
  const found = /^(.+)=([^=:]+):([^=:]+)$/.exec(text);
  if (found === null) throw new FlamencoError("FLM_USAGE", "--bounds takes column=low:high.");
  const read = (part: string) => readNumberOption(part, "--bounds", { least: -1e15, most: 1e15 });
  return [found[1]!, [read(found[2]!), read(found[3]!)]];
}
