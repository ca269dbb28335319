import { classifierNames } from "@flamenco/policies/wire";
import { Command, Option } from "commander";
import { foldKinds, searchMetrics } from "../../search/index.js";
import type { LearnOptions } from "./learn-options.js";

/** `flamenco learn`: an end classifier on a table of numbers, its settings searched for where asked. */
export function learnCommand(): Command {
  const collect = (text: string, before: readonly string[] = []) => [...before, text];
  const command = new Command("learn")
    .summary("train a classifier on a table of numbers, and measure it")
    .description(
      "Train an end classifier on the training rows of a table, search for its settings where asked, and measure it on training, validation and test rows. Settings are never chosen on test rows.",
    )
    .argument("<file>", "CSV file with a heading line, gzip or not")
    .requiredOption("--target <column>", "column with each row's label: numbers or words, at most 8; empty is unknown")
    .addOption(new Option("--model <name>", "classifier").choices(classifierNames).makeOptionMandatory())
    .option("--split <column>", "column of train, validation, test (default: split where there is one, else drawn)")
    .option("--features <columns>", "columns to learn from, separated by commas (default: all other numeric ones)")
    .option("--positive <label>", "label whose F1 counts (default: the last)")
    .option(
      "--soft <columns>",
      "probabilities of the labels to learn from instead: p_LABEL or LABEL, separated by commas",
    )
    .addOption(
      new Option("--missing <how>", "what to do with missing values that the model cannot read")
        .choices(["refuse", "median"])
        .default("refuse"),
    )
    .option("--time <column>", "time of each row, in any unit that grows: order of sequences, folds and a drawn split")
    .option("--sequence-of <column>", "lstm: a sequence is made of rows that agree in this column")
    .option("--steps <number>", "lstm: rows of a sequence (default: 10)")
    .option("--class-weights <how>", "balanced: every label weighs alike; none")
    .option("--set <setting=value>", "a setting of the classifier, as often as needed", collect)
    .option("--settings <file>", "JSON file of settings")
    .addOption(new Option("--search <kind>", "search for settings").choices(["grid", "random"]))
    .option("--preset <name>", "search space: atlas, ark, cic-ddos or worf of the paper, or small (default: small)")
    .option("--vary <setting=values>", "values to try, separated by commas, as often as needed", collect)
    .option("--candidates <number>", "random search: how many to draw (default: 20)")
    .addOption(
      new Option("--cv <kind>", "how rows are held out in a search (default: the preset's)").choices(foldKinds),
    )
    .option("--folds <number>", "of a search", "5")
    .addOption(
      new Option("--metric <name>", "what candidates are compared by").choices(searchMetrics).default("macroF1"),
    )
    .option("--resume <file>", "keep finished fits of a search here, and go on from it")
    .option("--threads <number>", "fits at a time (default: all cores)")
    .option("--seed <number>", "of everything random: the same seed gives the same answer", "1")
    .option("--predictions <file>", "CSV file to write: probabilities of every row; it must not be there yet")
    .option("--plot <file>", "SVG file to draw: ROC and precision-recall curves of the test rows")
    .option("--json", "answer with one JSON document on standard output")
    .addHelpText(
      "after",
      `
Settings of each classifier, presets and metrics: docs/learning.md.

Examples:
  $ flamenco learn flows.csv --target y --model forest --positive attack
  $ flamenco learn flows.csv --target y --model forest --search random --preset atlas --candidates 10 --json
  $ flamenco learn flows.csv --target y --model tree --search grid --vary depth=2,4,8 --vary leafRows=1,5
  $ flamenco learn rtt.csv --target noise --model lstm --sequence-of pair --time timeMs --steps 10 --set units=32
  $ flamenco learn votes.csv --target y --soft p_benign,p_attack --model logistic --predictions rows.csv
`,
    );
  return command.action(async (path: string) => {
    // Loaded when needed: help asks for no classifier.
    const { learnFromFile } = await import("./learn-run.js");
    await learnFromFile(path, command.opts<LearnOptions>());
  });
}
