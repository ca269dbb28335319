import { isFlamencoError, usageErrorOf } from "@flamenco/policies/errors";
import { CommanderError } from "commander";
import { buildProgram } from "./cli/program.js";

const USAGE_EXIT_CODE = 2;

// A starter that has died no longer reads what is written; that must not keep the service from stopping cleanly.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const program = buildProgram(process.env).exitOverride();
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, process.argv.includes("--json"));
} finally {
  // Standard input may be held open by the starter; without this the process would wait for it.
  process.stdin.destroy();
}

function reportFailure(error: unknown, json: boolean): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (json) process.stdout.write(`${JSON.stringify({ event: "failed", error: usageErrorOf(error).toDocument() })}\n`);
    return USAGE_EXIT_CODE;
  }
  const document = isFlamencoError(error)
    ? error.toDocument()
    : { code: "FLM_INTERNAL", message: "The registry failed.", details: [] };
  if (json) process.stdout.write(`${JSON.stringify({ event: "failed", error: document })}\n`);
  process.stderr.write(`${document.code}: ${document.message}\n`);
  for (const { at, message } of document.details) process.stderr.write(`  ${at}: ${message}\n`);
  if (!isFlamencoError(error)) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}
