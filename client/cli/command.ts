import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { type Colors, openTerminal, type Terminal } from "../terminal/index.js";

/** What every command knows besides its own arguments and options. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly colors: Colors;
  readonly json: boolean;
  readonly dataDir: string;
  /** With --json, the one document that the command answers on standard output. */
  readonly answer: (document: unknown) => void;
}

export interface CommonOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** Returns the exit code; nothing means 0. */
export type CommandAction<Options> = (
  context: CommandContext,
  args: readonly string[],
  options: Options,
) => Promise<number | undefined>;

export interface CommandDefinition<Options> {
  /** Name and arguments as commander writes them: `show <name>`. */
  readonly usage: string;
  readonly summary: string;
  /** Complete command lines, one each, that work as they stand when files and names of theirs exist. */
  readonly examples: readonly string[];
  readonly configure?: (command: Command) => void;
  readonly action: CommandAction<Options>;
}

/** A command with the options that all have, examples in its help, and its exit code set from what it returns. */
export function defineCommand<Options>({
  usage,
  summary,
  examples,
  configure,
  action,
}: CommandDefinition<Options>): Command {
  const [name = ""] = usage.split(" ");
  const command = new Command(name).summary(summary).description(summary);
  for (const argument of usage.split(" ").slice(1)) command.argument(argument);
  configure?.(command);
  command
    .option("--json", "answer with one JSON document on standard output")
    .option("--data-dir <folder>", "where keys are kept (default: $FLAMENCO_DATA_DIR or ~/.flamenco)")
    .addHelpText("after", formatExamples(examples))
    .action(async () => {
      const options = command.opts<Options & CommonOptions>();
      process.exitCode =
        (await action(openContext(options), command.processedArgs.flat().filter(isText), options)) ?? 0;
    });
  return command;
}

/** A command that only holds others. */
export function defineGroup(
  name: string,
  summary: string,
  examples: readonly string[],
  commands: readonly Command[],
): Command {
  const group = new Command(name)
    .summary(summary)
    .description(summary)
    .enablePositionalOptions()
    .addHelpText("after", formatExamples(examples));
  for (const command of commands) group.addCommand(command);
  return group;
}

export function formatExamples(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}\n`;
}

/** $FLAMENCO_DATA_DIR or ~/.flamenco, unless the command line says otherwise. */
export function chooseDataDir(option: string | undefined, env: NodeJS.ProcessEnv): string {
  return resolve(option ?? (env.FLAMENCO_DATA_DIR || join(homedir(), ".flamenco")));
}

function openContext({ json = false, dataDir }: CommonOptions): CommandContext {
  const terminal = openTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env, json });
  return {
    terminal,
    colors: terminal.colors,
    json,
    dataDir: chooseDataDir(dataDir, process.env),
    answer: (document) => terminal.out(`${JSON.stringify(document, null, 2)}\n`),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
