import { auditEntryTypes } from "@flamenco/policies/wire";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { AuditListOptions, AuditVerifyOptions } from "./audit.js";
import type { AuditExportOptions } from "./audit-export.js";

function parseCount(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError("Not a number of entries from 1 on.");
  return Number(text);
}

function parsePrefix(text: string): string {
  if (!/^[0-9a-f]{6,64}$/.test(text))
    throw new InvalidArgumentError("Not a digest, nor the first 6 digits or more of one.");
  return text;
}

/** `audit list`, `verify`, `export`: the node's own record of what it decided, released and refused. */
export function addAuditCommands(program: Command, dataDir: string, environment: NodeJS.ProcessEnv): void {
  const audit = program
    .command("audit")
    .description("What the node decided, released and refused; works while the node runs, and while it does not.")
    .addHelpText("after", "\nExamples:\n  flamenco audit list --last 20\n  flamenco audit verify");
  const common = (command: Command): Command =>
    command.option("--data-dir <dir>", "data directory", dataDir).option("--json", "print one line of JSON", false);
  const readable = (command: Command): Command =>
    common(command)
      .option("--from <folder>", "an exported log instead of the node's own")
      .option("--node-key <key>", "with --from: key id of the node that signed it");
  readable(audit.command("list"))
    .description("Show the entries of the log, after it was verified.")
    .addOption(new Option("--type <type>", "only entries of this type").choices(auditEntryTypes))
    .option("--study <digest>", "only entries of studies that begin so", parsePrefix)
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
  readable(audit.command("export [target]"))
    .description("Write the verified log into a new folder that anybody can verify, or as lines for other programs.")
    .addOption(
      new Option(
        "--format <format>",
        "tiles: static files as c2sp.org/tlog-tiles has them; ndjson: one entry a line, on standard output or in a new file",
      )
        .choices(["tiles", "ndjson"])
        .default("tiles"),
    )
    .addHelpText(
      "after",
      `
Examples:
  flamenco audit export worf-log
  flamenco audit verify --from worf-log
  flamenco audit export --format ndjson | jq -c 'select(.entry.type == "release")'
  flamenco audit export worf-log.ndjson --format ndjson --json`,
    )
    .action(async (target: string | undefined, options: AuditExportOptions) =>
      (await import("./audit-export.js")).exportAudit(target, options),
    );
}
