import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function learnCommand(): Command {
  return defineDelegation(
    "learn",
    "train a classifier on a table of numbers, search for its settings, measure it",
    "flamenco-desk",
    ["learn"],
    [
      "flamenco learn flows.csv --target y --model forest",
      "flamenco learn flows.csv --target y --model forest --search random --preset atlas",
      "flamenco learn --help",
    ],
  );
}
