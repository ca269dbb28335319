import { Command } from "commander";
import { labelCommand } from "./commands/label.js";
import { labelCombineCommand } from "./commands/label-combine.js";
import { labelExplainRowCommand } from "./commands/label-explain-row.js";
import { labelTreeCommand } from "./commands/label-tree.js";
import { lfGenerateCommand } from "./commands/lf-generate.js";
import { lfSuggestCommand } from "./commands/lf-suggest.js";

/**
 * `flamenco-desk`: labeling on files at somebody's own desk. No node, no registry, nothing is sent anywhere. `flamenco label`,
 * `flamenco lf generate` and `flamenco lf suggest` are carried out by it, so that the client needs none of the data plane.
 */
export function buildProgram(): Command {
  return new Command("flamenco-desk")
    .description("Label models, automatic labeling functions and trees on local files.")
    .showHelpAfterError("(add --help for the options)")
    .addCommand(
      labelCommand()
        .addCommand(labelCombineCommand())
        .addCommand(labelTreeCommand())
        .addCommand(labelExplainRowCommand()),
    )
    .addCommand(
      new Command("lf")
        .description("automatic labeling functions from a table")
        .addCommand(lfGenerateCommand())
        .addCommand(lfSuggestCommand()),
    );
}
