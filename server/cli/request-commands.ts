import type { Command } from "commander";
import type { DecideCommandOptions, RequestCommandOptions } from "./requests.js";

/** `requests list`, `show`, `approve`, `deny`: runs that wait for a person. */
export function addRequestCommands(program: Command, dataDir: string, environment: NodeJS.ProcessEnv): void {
  const requests = program
    .command("requests")
    .description("Runs that wait for a person's approval; works while the node runs, and while it does not.")
    .addHelpText("after", "\nExamples:\n  flamenco requests list\n  flamenco requests show 9f86d0818");
  const common = (command: Command): Command =>
    command.option("--data-dir <dir>", "data directory", dataDir).option("--json", "print one line of JSON", false);
  common(requests.command("list"))
    .description("Show each run that a person was asked about, those that wait first.")
    .addHelpText("after", "\nExamples:\n  flamenco requests list\n  flamenco requests list --json")
    .action(async (options: RequestCommandOptions) =>
      (await import("./requests.js")).listRequests(options, environment),
    );
  common(requests.command("show <study>"))
    .description("Show who asks, the sources, what they read and decide, what would leave, and who permitted it.")
    .addHelpText("after", "\nExamples:\n  flamenco requests show 9f86d0818")
    .action(async (study: string, options: RequestCommandOptions) =>
      (await import("./requests.js")).showRequest(study, options, environment),
    );
  for (const [name, verdict, summary] of [
    ["approve", "approved", "Let a run that waits go on. The approval covers what `show` says now and nothing else."],
    ["deny", "denied", "Refuse a run that waits."],
  ] as const) {
    common(requests.command(`${name} <study>`))
      .description(summary)
      .option("--reason <text>", "why; kept at the node, never told to the researcher", "")
      .option("--shown <digest>", "only if this is still what would be shown (`shown` of `requests show --json`)")
      .addHelpText("after", `\nExamples:\n  flamenco requests ${name} 9f86d0818 --reason "talked to Alice"`)
      .action(async (study: string, options: DecideCommandOptions) =>
        (await import("./requests.js")).decideRequest(verdict, study, options, environment),
      );
  }
}
