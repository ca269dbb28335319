import { isFlamencoError } from "@flamenco/policies/errors";
import { buildProgram } from "@flamenco/server";
import { type Command, CommanderError } from "commander";

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  /** Code of the error that the command ended with. */
  readonly error: string | undefined;
  readonly message: string;
  readonly details: readonly { readonly at: string; readonly message: string }[];
}

/** Commander would end the process and write by itself, for each command unless told not to. */
function keepRunning(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {} });
  for (const child of command.commands) keepRunning(child);
}

/** Run a command of the node's program in this process: what it prints, how it ends. One at a time. */
export async function runInProcess(...words: string[]): Promise<CommandRun> {
  const program = buildProgram({});
  keepRunning(program);
  const { write } = process.stdout;
  let out = "";
  process.stdout.write = (text: string | Uint8Array) => {
    out += String(text);
    return true;
  };
  try {
    process.exitCode = 0;
    await program.parseAsync(words, { from: "user" });
    return { code: Number(process.exitCode), out, error: undefined, message: "", details: [] };
  } catch (error) {
    if (error instanceof CommanderError)
      return { code: error.exitCode === 0 ? 0 : 2, out, error: error.code, message: error.message, details: [] };
    if (!isFlamencoError(error)) throw error;
    const { code, message, details } = error;
    return { code: code === "FLM_USAGE" ? 2 : 1, out, error: code, message, details };
  } finally {
    process.stdout.write = write;
    process.exitCode = 0;
  }
}
