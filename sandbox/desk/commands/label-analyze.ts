import { Command } from "commander";
import { answer } from "../answer.js";
import { addVoteOptions, fitVoteFile, parseCount, type VoteOptions, voteFileHelp } from "../vote-options.js";
import { reportAnalysis } from "./label-analyze-report.js";
import { renderAnalysis } from "./label-analyze-text.js";

interface AnalyzeOptions extends VoteOptions {
  readonly head: string;
}

/** `flamenco label analyze`: what votes tell about labeling functions and, with ground truth, where they go wrong. */
export function labelAnalyzeCommand(): Command {
  const command = new Command("analyze")
    .summary("coverage, conflicts, accuracies, dependence and errors of labeling functions")
    .description(
      "Analyze a file of votes: coverage, overlaps, conflicts, accuracies and learned weights; which labeling functions depend on each other or are redundant; and, with ground truth, which rows the label model gets wrong.",
    )
    .argument("<votes>", "CSV file of votes");
  addVoteOptions(command)
    .option("--head <rows>", "name so many rows of each vote pattern (1 is the first row under the heading)", "5")
    .addHelpText(
      "after",
      `${voteFileHelp}
Examples:
  $ flamenco label analyze votes.csv
  $ flamenco label analyze votes.csv --model em --head 20 --json
`,
    );
  return command.action(async (path: string) => {
    const options = command.opts<AnalyzeOptions>();
    const head = parseCount("--head", options.head);
    const report = reportAnalysis(await fitVoteFile(path, options), head);
    answer(options.json === true, report, () => renderAnalysis(report));
  });
}
