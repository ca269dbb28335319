import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function outliersCommand(): Command {
  return defineDelegation(
    "outliers",
    "rows of a table that are unlike the others, found without labels",
    "flamenco-desk",
    ["outliers"],
    [
      "flamenco outliers flows.csv --model forest",
      "flamenco outliers rtt.csv --model lof --columns rtt,loss --out flagged.csv",
      "flamenco outliers --help",
    ],
  );
}
