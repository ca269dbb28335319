import { isFlamencoError, usageErrorOf } from "@flamenco/policies/errors";
import { type Command, CommanderError } from "commander";
import { buildProgram } from "./program.js";
import { toLine } from "./text-table.js";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

// A reader that has gone (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const usageErrors: string[] = [];
const program = await buildProgram(process.argv.slice(2));
overrideExits(program);
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, process.argv.includes("--json"));
}

/** Commander ends the process and writes by itself unless each command, however deep, is told not to. */
function overrideExits(command: Command): void {
  command.exitOverride().configureOutput({ outputError: (text) => usageErrors.push(text) });
  for (const child of command.commands) overrideExits(child);
}

function reportFailure(error: unknown, json: boolean): number {
  // Commander has printed the help that was asked for, or that of a command without its own.
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const known =
    error instanceof CommanderError ? usageErrorOf({ code: error.code, message: usageErrors.join(" ") }) : error;
  const document = isFlamencoError(known)
    ? known.toDocument()
    : { code: "FLM_INTERNAL", message: "The command failed.", details: [] };
  if (json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  process.stderr.write(`${document.code}: ${toLine(document.message)}\n`);
  for (const { at, message } of document.details) process.stderr.write(`  ${toLine(at)}: ${toLine(message)}\n`);
  if (!isFlamencoError(known)) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  const codes: Readonly<Record<string, number>> = { FLM_USAGE: EXIT_USAGE, FLM_INTERRUPTED: EXIT_INTERRUPTED };
  return codes[document.code] ?? EXIT_FAILED;
}
