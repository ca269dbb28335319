import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function dataCommand(): Command {
  return defineDelegation(
    "data",
    "preprocessing of local files: modes, thresholds, windows, splits",
    "flamenco-desk",
    ["data"],
    [
      "flamenco data modality rtt.csv --column rttMs --svg modes.svg",
      "flamenco data thresholds rtt.csv --column rttMs --json",
      "flamenco data --help",
    ],
  );
}
