import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function requestsCommand(): Command {
  return defineDelegation(
    "requests",
    "approve or deny runs that wait for a person at your node",
    "flamenco-node",
    ["requests"],
    ["flamenco requests list", "flamenco requests show 9f86d0818", "flamenco requests approve 9f86d0818 --reason ok"],
  );
}
