import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function releaseCommand(): Command {
  return defineDelegation(
    "release",
    "what a protected release of votes would say, beside the exact values",
    "flamenco-desk",
    ["release"],
    ["flamenco release simulate votes.csv --preset standard --unit host", "flamenco release simulate --help"],
  );
}
