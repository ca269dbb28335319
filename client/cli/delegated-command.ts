import { constants } from "node:os";
import { FlamencoError } from "@flamenco/policies/errors";
import { Command } from "commander";
import { delegate, type ServiceProgram } from "../services/index.js";
import { formatExamples } from "./command.js";

/** How a process ends that the engine gave up for want of memory: it has no chance to say so itself. */
const ABORTED = 128 + constants.signals.SIGABRT;

const outOfMemory = () =>
  new FlamencoError(
    "FLM_TOO_LARGE",
    "The command was aborted, most likely because it ran out of memory. Take fewer rows or columns, or allow more megabytes, for example with NODE_OPTIONS=--max-old-space-size=8192.",
  );

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
    const exitCode = await delegate(program, [...prefix, ...command.args]);
    if (exitCode === ABORTED) throw outOfMemory();
    process.exitCode = exitCode;
  });
}
