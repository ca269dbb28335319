import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function budgetCommand(): Command {
  return defineDelegation(
    "budget",
    "show what protected releases have cost a dataset of your node",
    "flamenco-node",
    ["budget"],
    ["flamenco budget show border", "flamenco budget history border --json"],
  );
}
