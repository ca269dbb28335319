import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function auditCommand(): Command {
  return defineDelegation(
    "audit",
    "list, verify and export the audit log of your node",
    "flamenco-node",
    ["audit"],
    [
      "flamenco audit list --type release",
      "flamenco audit verify --json",
      "flamenco audit export worf-log",
      "flamenco audit verify --from worf-log",
    ],
  );
}
