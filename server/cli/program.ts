import { presetNames } from "@flamenco/policies/wire";
import { defaultRequirement, wallRequirements } from "@flamenco/sandbox/worker";
import { Command, InvalidArgumentError, Option } from "commander";
import { resolveDataDirectory } from "../config/index.js";
import { addAuditCommands } from "./audit-commands.js";
import { addBudgetCommands } from "./budget-commands.js";
import type { DoctorCommandOptions } from "./doctor.js";
import type { InitCommandOptions } from "./init.js";
import { addPolicyCommands } from "./policy-commands.js";
import type { QuarantineCommandOptions } from "./quarantine.js";
import { addRequestCommands } from "./request-commands.js";
import type { StartCommandOptions } from "./start.js";

const MAXIMUM_PORT = 65_535;
const DEFAULT_PORT = 7620;

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || port > MAXIMUM_PORT) {
    throw new InvalidArgumentError(`A port is a whole number from 0 to ${MAXIMUM_PORT}.`);
  }
  return port;
}

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/**
 * `flamenco-node init`, `start`, `doctor`, `quarantine`, `policy` and `requests`. Each loads what it needs when it runs: a command that starts in a moment must not wait
 * for a database, a policy engine and a compiler.
 * `environment` names the default data directory and the database.
 */
export function buildProgram(environment: NodeJS.ProcessEnv): Command {
  const program = new Command("flamenco-node")
    .description(
      "A Flamenco node: runs signed labeling functions over one data owner's rows, and releases only what its policies permit.",
    )
    .showHelpAfterError("(add --help for the options)");
  const dataDir = resolveDataDirectory(undefined, environment);
  program
    .command("init")
    .description("Make a node: its key, its policies and node.json.")
    .requiredOption("--name <name>", "name of the node: lower-case letters, digits, hyphens")
    .requiredOption("--registry <url>", "address of the registry")
    .option("--trust <keyid[=name]>", "trust a researcher's key; may be repeated", collect, [])
    .option(
      "--port <port>",
      "port of the node's own interface on 127.0.0.1; 0 for any free one",
      parsePort,
      DEFAULT_PORT,
    )
    .addOption(
      new Option("--sandbox <walls>", "walls that the sealed worker must have: `any` is for public data alone")
        .choices(wallRequirements)
        .default(defaultRequirement),
    )
    .addOption(
      new Option("--preset <preset>", "policies and release rules to start from; `open` releases exact numbers")
        .choices(presetNames)
        .default("standard"),
    )
    .option("--data-dir <dir>", "data directory", dataDir)
    .option("--json", "print one line of JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  flamenco-node init --name worf --registry http://127.0.0.1:7610
  flamenco-node init --name worf --registry https://registry.example.org --trust ed25519:GiTl…=alice --data-dir /srv/worf

  flamenco-node init --name lab --registry http://127.0.0.1:7610 --preset open

Nothing that exists is overwritten. Preset \`open\` releases exact outputs: for public or synthetic data only.`,
    )
    .action(async (options: InitCommandOptions) => (await import("./init.js")).runInit(options));
  program
    .command("start")
    .description("Start the node and serve until it is stopped (Ctrl-C).")
    .option("--port <port>", "port of the node's own interface on 127.0.0.1; 0 for any free one", parsePort)
    .option("--data-dir <dir>", "data directory", dataDir)
    .option("--json", "print one line of JSON when ready, or when it failed", false)
    .option("--verbose", "log more", false)
    .option("--stop-with-parent", "stop when standard input ends, so that nothing outlives its starter", false)
    .addHelpText(
      "after",
      `
Examples:
  flamenco-node start
  flamenco-node start --data-dir /srv/worf --port 7620
  DATABASE_URL=postgres://flamenco@db.example.org/flamenco flamenco-node start --json

The database is embedded unless DATABASE_URL names a PostgreSQL server. The log goes to standard error.
Exit code: 0 stopped cleanly, 1 failed, 2 wrong command line.`,
    )
    .action(async (options: StartCommandOptions) => (await import("./start.js")).runStart(options, environment));
  program
    .command("doctor")
    .description("Show the walls around the sealed worker on this machine, and how to raise those that are down.")
    .option("--data-dir <dir>", "data directory", dataDir)
    .option("--json", "print one line of JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  flamenco-node doctor
  flamenco-node doctor --json

Exit code: 0 when the walls stand that \`sandbox.require\` of node.json asks for, 1 when not.`,
    )
    .action(async (options: DoctorCommandOptions) => (await import("./doctor.js")).runDoctor(options));
  const quarantine = program
    .command("quarantine")
    .description("Packages that crashed the sealed worker; works while the node runs, and while it does not.");
  quarantine
    .command("list")
    .description("Show each package that crashed a worker; after two crashes studies with it are refused.")
    .option("--data-dir <dir>", "data directory", dataDir)
    .option("--json", "print one line of JSON", false)
    .addHelpText("after", "\nExamples:\n  flamenco-node quarantine list")
    .action(async (options: QuarantineCommandOptions) =>
      (await import("./quarantine.js")).listQuarantine(options, environment),
    );
  quarantine
    .command("lift <package>")
    .description(
      "Forget the crashes of a package, so that studies may use it again. Named by its id, or as name@version.",
    )
    .option("--data-dir <dir>", "data directory", dataDir)
    .option("--json", "print one line of JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  flamenco-node quarantine lift mallory/heavy@1.0.0\n  flamenco-node quarantine lift 5f0c…e1",
    )
    .action(async (wanted: string, options: QuarantineCommandOptions) =>
      (await import("./quarantine.js")).liftQuarantine(wanted, options, environment),
    );
  addPolicyCommands(program, dataDir);
  addAuditCommands(program, dataDir, environment);
  addRequestCommands(program, dataDir, environment);
  addBudgetCommands(program, dataDir, environment);
  return program;
}
