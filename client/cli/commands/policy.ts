import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function policyCommand(): Command {
  return defineDelegation(
    "policy",
    "check, test and explain the access policies of a node",
    "flamenco-node",
    ["policy"],
    [
      "flamenco policy check ~/.flamenco/node/policies",
      "flamenco policy test standard --json",
      "flamenco policy explain open --private-field srcAddr",
    ],
  );
}
