import { auditEntryTypes } from "@flamenco/policies/wire";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { AuditExportOptions, AuditListOptions, AuditVerifyOptions } from "./audit.js";

function parseCount(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError("Not a number of entries from 1 on.");
  return Number(text);
}

/** `audit list`, `verify`, `export`: the node's own record of what it decided, released and refused. */
export function addAuditCommands(program: Command, dataDir: string, environment: NodeJS.ProcessEnv): void {
  const audit = program
    .command("audit")
    .description("What the node decided, released and refused; works while the node runs, and while it does not.");
  const common = (command: Command): Command =>
    command.option("--data-dir <dir>", "data directory", dataDir).option("--json", "print one line of JSON", false);
  const readable = (command: Command): Command =>
    common(command)
      .option("--from <folder>", "an exported log instead of the node's own")
      .option("--node-key <key>", "with --from: key id of the node that signed it");
  readable(audit.command("list"))
    .description("Show the entries of the log, after it was verified.")
    .addOption(new Option("--type <type>", "only entries of this type").choices(auditEntryTypes))
    .option("--study <digest>", "only entries of studies that begin so")
    .option("--dataset <name>", "only entries about this dataset")
    .option("--last <count>", "only the last of them", parseCount)
    .addHelpText(
      "after",
      "\nExamples:\n  flamenco audit list --last 20\n  flamenco audit list --type release --dataset border --json",
    )
    .action(async (options: AuditListOptions) => (await import("./audit.js")).listAudit(options));
  readable(audit.command("verify"))
    .description("Replay the log from its files, recompute the budget from it, and name the first place that is wrong.")
    .addHelpText(
      "after",
      `
Examples:
  flamenco audit verify
  flamenco audit verify --data-dir /srv/worf --json
  flamenco audit verify --from worf-log --node-key ed25519:GiTl…

Exit code: 0 when the log is what was written and the ledger agrees with it, 1 when not.`,
    )
    .action(async (options: AuditVerifyOptions) => (await import("./audit.js")).verifyAudit(options, environment));
  common(audit.command("export <folder>"))
    .description(
      "Copy the log into a new folder that anybody can verify: static files as c2sp.org/tlog-tiles has them.",
    )
    .addHelpText("after", "\nExamples:\n  flamenco audit export worf-log\n  flamenco audit verify --from worf-log")
    .action(async (folder: string, options: AuditExportOptions) =>
      (await import("./audit.js")).exportAudit(folder, options),
    );
}
