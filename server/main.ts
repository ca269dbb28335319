import { setFlagsFromString } from "node:v8";
import { isFlamencoError, usageErrorOf } from "@flamenco/policies/errors";
import { type Command, CommanderError } from "commander";
import { buildProgram } from "./cli/index.js";

const USAGE_EXIT_CODE = 2;

// The engine of Node 20 can end the process ("unreachable code" in its deoptimizer) where it has inlined calls of WebAssembly,
// which Cedar is.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--no-turbo-inline-js-wasm-calls");

// Keys, configuration, rows and the database are their owner's alone, whatever the shell's default is.
process.umask(0o077);

// A starter that has died no longer reads what is written; that must not keep the node from stopping cleanly.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const program = buildProgram(process.env);
// The process that serves never loads what can read rows: the dataset commands bring DuckDB along.
if (process.argv[2] !== "start") (await import("./import/index.js")).registerDatasetCommands(program);
overrideExits(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, process.argv.includes("--json"));
} finally {
  // Standard input may be held open by the starter; without this the process would wait for it.
  process.stdin.destroy();
}

/** Commander ends the process itself unless each command, however deep, is told not to. */
function overrideExits(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) overrideExits(child);
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
    : { code: "FLM_INTERNAL", message: "The node failed.", details: [] };
  if (json) process.stdout.write(`${JSON.stringify({ event: "failed", error: document })}\n`);
  process.stderr.write(`${document.code}: ${document.message}\n`);
  for (const { at, message } of document.details) process.stderr.write(`  ${at}: ${message}\n`);
  if (!isFlamencoError(error)) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return document.code === "FLM_USAGE" ? USAGE_EXIT_CODE : 1;
}
