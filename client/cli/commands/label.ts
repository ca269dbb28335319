import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function labelCommand(): Command {
  return defineDelegation(
    "label",
    "label models, their analysis and trees on local files",
    "flamenco-desk",
    ["label"],
    ["flamenco label fit votes.csv --model auto", "flamenco label analyze votes.csv --json", "flamenco label --help"],
  );
}
