import { type FlamencoError, usageErrorOf } from "@flamenco/policies/errors";
import { Command, CommanderError } from "commander";
import { openTerminal, renderError, toFlamencoError } from "../terminal/index.js";
import { formatExamples } from "./command.js";
import { software } from "./software.js";

/** Loaded when needed: `flamenco keys list` has no use for a compiler. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import("./commands/demo.js")).demoCommand(),
  keys: async () => (await import("./commands/keys.js")).keysCommand(),
  lf: async () => (await import("./commands/lf.js")).lfCommand(),
  label: async () => (await import("./commands/label.js")).labelCommand(),
  release: async () => (await import("./commands/release.js")).releaseCommand(),
  data: async () => (await import("./commands/data.js")).dataCommand(),
  flows: async () => (await import("./commands/flows.js")).flowsCommand(),
  decode: async () => (await import("./commands/decode.js")).decodeCommand(),
  collect: async () => (await import("./commands/collect.js")).collectCommand(),
  learn: async () => (await import("./commands/learn.js")).learnCommand(),
  outliers: async () => (await import("./commands/outliers.js")).outliersCommand(),
  reproduce: async () => (await import("./commands/reproduce.js")).reproduceCommand(),
  audit: async () => (await import("./commands/audit.js")).auditCommand(),
  verify: async () => (await import("./commands/verify.js")).verifyCommand(),
  study: async () => (await import("./commands/study.js")).studyCommand(),
  node: async () => (await import("./commands/node.js")).nodeCommand(),
  dataset: async () => (await import("./commands/dataset.js")).datasetCommand(),
  policy: async () => (await import("./commands/policy.js")).policyCommand(),
  budget: async () => (await import("./commands/budget.js")).budgetCommand(),
  requests: async () => (await import("./commands/requests.js")).requestsCommand(),
  registry: async () => (await import("./commands/registry.js")).registryCommand(),
};

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

/** Run one command line; sets the exit code of the process and never throws. */
export async function runCli(args: readonly string[]): Promise<void> {
  const json = args.includes("--json");
  const terminal = openTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env, json });
  const usageErrors: string[] = [];
  const program = await buildProgram(args[0] ?? "", (text) => usageErrors.push(text));
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return;
    const error = thrown instanceof CommanderError ? usageError(thrown, usageErrors) : toFlamencoError(thrown);
    if (json) terminal.out(`${JSON.stringify(error.toDocument(), null, 2)}\n`);
    else process.stderr.write(`${renderError(terminal, error)}\n`);
    process.exitCode =
      { FLM_USAGE: EXIT_USAGE, FLM_INTERRUPTED: EXIT_INTERRUPTED }[error.code as string] ?? EXIT_FAILED;
  }
}

/** The command that is wanted, or all of them for the help and for a name that is none. */
async function buildProgram(wanted: string, onUsageError: (text: string) => void): Promise<Command> {
  const program = new Command("flamenco")
    .description("Label network data together: share labeling functions, never data.")
    .version(software)
    .enablePositionalOptions()
    .addHelpText(
      "after",
      formatExamples(["flamenco demo", "flamenco lf init my-lfs --name alice/ntp", "flamenco study run --help"]),
    );
  const loaders = Object.hasOwn(commands, wanted) ? [commands[wanted]] : Object.values(commands);
  for (const load of loaders) if (load !== undefined) program.addCommand(await load());
  prepareForUs(program, onUsageError);
  return program;
}

/** Commander would end the process and write by itself; errors of ours all take one way out. */
function prepareForUs(command: Command, onUsageError: (text: string) => void): void {
  command.exitOverride().configureOutput({ outputError: (text) => onUsageError(text) });
  for (const child of command.commands) prepareForUs(child, onUsageError);
}

function usageError(thrown: CommanderError, texts: readonly string[]): FlamencoError {
  return usageErrorOf({ code: thrown.code, message: texts.join(" ") });
}
