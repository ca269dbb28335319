import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function lfGenerateCommand(): Command {
  return defineDelegation(
    "generate",
    "search for labeling functions in a table with some labels, and write them as source",
    "flamenco-desk",
    ["lf", "generate"],
    ["flamenco lf generate flows.csv --label y --split split --out my-lfs", "flamenco lf generate --help"],
  );
}
