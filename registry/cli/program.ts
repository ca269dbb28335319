import { homedir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { StartOptions } from "./start.js";

const MAX_PORT = 65_535;

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || port > MAX_PORT)
    throw new InvalidArgumentError(`A port is a whole number from 0 to ${MAX_PORT}.`);
  return port;
}

/** The command line of `flamenco-registry`. `environment` names the default data directory. */
export function buildProgram(environment: NodeJS.ProcessEnv): Command {
  const program = new Command("flamenco-registry")
    .description("Registry of signed labeling-function packages, and the exchange where studies and results meet.")
    .showHelpAfterError("(add --help for the options)");
  program
    .command("start")
    .description("Start the registry and serve until it is stopped (Ctrl-C).")
    .option("--data-dir <dir>", "data directory", environment.FLAMENCO_DATA_DIR || join(homedir(), ".flamenco"))
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--port <port>", "port to listen on; 0 for any free one", parsePort, 7610)
    .option("--name <name>", "name that nodes and researchers see", "registry")
    .option("--json", "print one line of JSON when ready, or when it failed", false)
    .option("--stop-with-parent", "stop when standard input ends, so that nothing outlives its starter", false)
    .addHelpText(
      "after",
      `
Examples:
  flamenco-registry start
  flamenco-registry start --data-dir /srv/flamenco --name backbone --port 7610
  flamenco-registry start --port 0 --json --stop-with-parent

The log goes to standard error, one JSON line an event.
Exit code: 0 stopped cleanly, 1 failed, 2 wrong command line.`,
    )
    .action(async (options: StartOptions) => {
      // The service is large; help and mistakes on the command line should not wait for it to load.
      const { runStart } = await import("./start.js");
      await runStart(options);
    });
  return program;
}
