import { Command } from "commander";
import { labelFitCommand } from "./label-fit.js";

/** `flamenco label`: label models on files of votes. */
export function labelCommand(): Command {
  return new Command("label")
    .description("label models, their analysis and trees on local files")
    .addCommand(labelFitCommand());
}
