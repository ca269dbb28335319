import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function datasetCommand(): Command {
  return defineDelegation(
    "dataset",
    "import and show the datasets of your node",
    "flamenco-node",
    ["dataset"],
    [
      "flamenco dataset add flows examples/data/north.csv --labels 'benign=BENIGN,attack=*'",
      "flamenco dataset list --json",
      "flamenco dataset --help",
    ],
  );
}
