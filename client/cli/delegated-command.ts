import { Command } from "commander";
import { delegate, type ServiceProgram } from "../services/index.js";
import { formatExamples } from "./command.js";

/** A command that another part's program carries out: every argument, `--help` among them, is that program's. */
export function defineDelegation(
  name: string,
  summary: string,
  program: ServiceProgram,
  prefix: readonly string[],
  examples: readonly string[],
): Command {
  const command = new Command(name)
    .summary(summary)
    .description(`${summary} (${program})`)
    .argument("[arguments...]")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText("after", formatExamples(examples));
  return command.action(async () => {
    process.exitCode = await delegate(program, [...prefix, ...command.args]);
  });
}
