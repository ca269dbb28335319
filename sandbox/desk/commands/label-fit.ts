import { FlamencoError } from "@flamenco/policies/errors";
import { Command } from "commander";
import { answer } from "../answer.js";
import { saveModel } from "../model-file.js";
import { toLine } from "../text-table.js";
import { addVoteOptions, fitVoteFile, parseCount, type VoteOptions, voteFileHelp } from "../vote-options.js";
import { reportFit } from "./label-fit-report.js";
import { renderFit } from "./label-fit-text.js";

interface FitOptions extends VoteOptions {
  readonly head: string;
  readonly unvoted?: boolean;
  readonly row?: string;
  readonly out?: string;
}

/** `flamenco label fit`: a label model from a file of votes. */
export function labelFitCommand(): Command {
  const command = new Command("fit")
    .summary("fit a label model to a file of votes")
    .description(
      "Fit a label model to a file of votes: weights of the labeling functions, and soft labels of the rows.",
    )
    .argument("<votes>", "CSV file of votes");
  addVoteOptions(command)
    .option("--head <rows>", "print the soft labels of so many rows", "10")
    .option("--unvoted", "give rows without a vote a soft label too: the class balance (em reads abstaining as well)")
    .option("--row <number>", "explain one row's soft label: which labeling functions drove it (1 is the first)")
    .option("--out <file>", "save the model as JSON, for `flamenco label apply`")
    .addHelpText(
      "after",
      `${voteFileHelp}
Examples:
  $ flamenco label fit votes.csv
  $ flamenco label fit votes.csv --model moments --balance .3,.7 --head 200 --json
  $ flamenco label fit votes.csv --gold checked --prior ntp_port=0.95:50 --out model.json
  $ flamenco label fit votes.csv --row 17
`,
    );
  return command.action(async (path: string) => {
    const options = command.opts<FitOptions>();
    const head = parseCount("--head", options.head);
    const row = options.row === undefined ? undefined : parseCount("--row", options.row);
    const fitted = await fitVoteFile(path, options);
    if (row !== undefined && (row < 1 || row > fitted.file.rows)) {
      throw new FlamencoError("FLM_USAGE", `--row: ${toLine(path)} has rows 1 to ${fitted.file.rows}.`);
    }
    if (options.out !== undefined) await saveModel(options.out, fitted.file.labels, fitted.model.document);
    const report = reportFit(fitted, { head, row, unvoted: options.unvoted === true });
    answer(options.json === true, report, () => renderFit(report));
  });
}
