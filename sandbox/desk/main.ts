import { isFlamencoError } from "@flamenco/policies/errors";
import { type Command, CommanderError } from "commander";
import { buildProgram } from "./program.js";
import { toLine } from "./text-table.js";

const USAGE_EXIT_CODE = 2;

// A reader that has gone (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const program = await buildProgram(process.argv.slice(2));
overrideExits(program);
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, process.argv.includes("--json"));
}

/** Commander ends the process itself unless each command, however deep, is told not to. */
function overrideExits(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) overrideExits(child);
}

function reportFailure(error: unknown, json: boolean): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  const document = isFlamencoError(error)
    ? error.toDocument()
    : { code: "FLM_INTERNAL", message: "The command failed.", details: [] };
  if (json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  process.stderr.write(`${document.code}: ${toLine(document.message)}\n`);
  for (const { at, message } of document.details) process.stderr.write(`  ${toLine(at)}: ${toLine(message)}\n`);
  if (!isFlamencoError(error)) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return document.code === "FLM_USAGE" ? USAGE_EXIT_CODE : 1;
}
