import { Command } from "commander";
import { labelAnalyzeCommand } from "./label-analyze.js";
import { labelApplyCommand } from "./label-apply.js";
import { labelFitCommand } from "./label-fit.js";

/** `flamenco label`: label models on files of votes. */
export function labelCommand(): Command {
  return new Command("label")
    .description("label models, their analysis and trees on local files")
    .addCommand(labelFitCommand())
    .addCommand(labelApplyCommand())
    .addCommand(labelAnalyzeCommand());
}
