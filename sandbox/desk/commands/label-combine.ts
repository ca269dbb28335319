import { FlamencoError } from "@flamenco/policies/errors";
import { type LabelModelName, labelModelNames } from "@flamenco/policies/wire";
import { Command, Option } from "commander";
import { answer } from "../answer.js";
import { readCombineFile } from "./label-combine-file.js";
import { renderCombinations } from "./label-combine-text.js";
import { wholeNumber } from "./lf-search-options.js";

interface CombineOptions {
  readonly truth: string;
  readonly size?: string;
  readonly positive?: string;
  readonly split?: string;
  readonly labels?: string;
  readonly base?: string;
  readonly model: LabelModelName;
  readonly head: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `flamenco label combine`: which labeling functions help each other, from a file of votes. */
export function labelCombineCommand(): Command {
  const command = new Command("combine")
    .summary("which labeling functions help each other: pairs, grown sets, and what to add next")
    .description(
      "Evaluate labeling functions alone, in pairs and in growing sets: F1 of a label model and of the chain tree on test rows, coverage, overlap, conflict. Choices are made on validation rows.",
    )
    .argument("<votes>", "CSV file of votes, as for label fit: a column votes, or a column a labeling function")
    .requiredOption("--truth <column>", "column with ground truth")
    .option("--size <number>", "labeling functions of the largest set that is grown (default: 4, or all)")
    .option("--positive <label>", "label whose F1 counts (default: the last)")
    .option("--split <column>", "column that says train, val or test (default: a stratified split is drawn)")
    .option("--labels <list>", "names of the labels in order, separated by commas (default: from the file)")
    .option("--base <lfs>", "set that something is to be added to next (default: the first two that are grown)")
    .addOption(new Option("--model <name>", "label model of every set").choices(labelModelNames).default("auto"))
    .option("--head <number>", "pairs that are shown, best first", "10")
    .option("--seed <number>", "of the split that is drawn", "1")
    .option("--json", "answer with one JSON document on standard output")
    .addHelpText(
      "after",
      `
Examples:
  $ flamenco label combine votes.csv --truth y
  $ flamenco label combine votes.csv --truth y --size 5 --positive attack --split split --json
  $ flamenco label combine votes.csv --truth y --base ntpPorts,largePackets
`,
    );
  return command.action(async (path: string) => {
    const options = command.opts<CombineOptions>();
    const file = await readCombineFile(path, {
      truth: options.truth,
      split: options.split,
      labels: splitList(options.labels),
      seed: wholeNumber("--seed", options.seed),
    });
    const { lfNames, labels } = file.votes;
    const positive = options.positive ?? labels.at(-1)!;
    if (!labels.includes(positive)) {
      throw new FlamencoError("FLM_USAGE", `--positive is not one of the labels; there are ${labels.length}.`);
    }
    // Loaded when needed: trees bring a compiler, of which other commands have no use.
    const { combineLfs } = await import("../../combinations/index.js");
    const combinations = combineLfs({
      histograms: file.histograms,
      lfNames: lfNames.map((name) => name.slice(0, 200)),
      task: { id: "local", labels: [...labels], positive },
      model: options.model,
      ...(options.size === undefined
        ? {}
        : { size: Math.min(wholeNumber("--size", options.size), Math.max(1, lfNames.length)) }),
      ...(options.base === undefined ? {} : { base: findLfs(splitList(options.base)!, lfNames) }),
    });
    const shown = wholeNumber("--head", options.head);
    const report = { ...combinations, labels, split: file.parting };
    answer(options.json === true, report, () => renderCombinations(report, shown));
  });
}

function splitList(text: string | undefined): string[] | undefined {
  return text?.split(",").map((part) => part.trim());
}

function findLfs(names: readonly string[], lfNames: readonly string[]): number[] {
  return names.map((name) => {
    const lf = lfNames.indexOf(name);
    if (lf >= 0) return lf;
    throw new FlamencoError("FLM_USAGE", "--base names labeling functions of the file, separated by commas.");
  });
}
