import { Command } from "commander";
import { addSearchOptions } from "./lf-search-options.js";
import type { SuggestOptions } from "./lf-suggest-run.js";

/** `flamenco lf suggest`: what to write next, and what each rule would add. */
export function lfSuggestCommand(): Command {
  const command = new Command("suggest")
    .summary("explain what to write next: candidate rules on a table, and what each would add to yours")
    .description(
      "Search a CSV table as lf generate does, and explain each candidate rule: feature, threshold as a statistic, coverage, precision, and what it adds to the labeling functions so far.",
    )
    .argument("<data>", "CSV file with a heading line");
  addSearchOptions(command)
    .option("--lfs <folder>", "package of the labeling functions so far")
    .option("--votes <file>", "or their votes, as for label fit, on the same rows in the same order")
    .option("--top <number>", "rules that are suggested", "10")
    .addHelpText(
      "after",
      `
Examples:
  $ flamenco lf suggest flows.csv --label y --split split
  $ flamenco lf suggest flows.csv --label y --split split --lfs my-lfs --top 5 --json
`,
    );
  return command.action(async (path: string) => {
    // Loaded when needed: the verifier brings a compiler, of which no other command has use.
    const { suggestRules } = await import("./lf-suggest-run.js");
    await suggestRules(path, command.opts<SuggestOptions>());
  });
}
