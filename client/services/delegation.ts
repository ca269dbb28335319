import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { FlamencoError } from "@flamenco/policies/errors";
import { findProgram, type ServiceProgram } from "./program-lookup.js";

/**
 * Run another part's program in the place of this one: same arguments, same streams, its exit code (128 + n after signal n).
 * Signals are passed on, but for an interrupt from a terminal: the terminal sends that to the program itself, and a
 * second one would make a service stop at once instead of cleanly.
 * @throws FLM_NOT_INSTALLED
 */
export async function delegate(program: ServiceProgram, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [findProgram(program), ...args], { stdio: "inherit" });
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const passOn = (signal: NodeJS.Signals) => {
    if (signal !== "SIGINT" || !onTerminal) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, passOn);
  try {
    const [code, signal]: (number | NodeJS.Signals | null)[] = await once(child, "exit");
    if (typeof code === "number") return code;
    return 128 + (typeof signal === "string" ? constants.signals[signal] : 0);
  } catch (cause) {
    throw new FlamencoError("FLM_NOT_INSTALLED", `The program ${program} cannot be started.`, { cause });
  } finally {
    for (const signal of signals) process.off(signal, passOn);
  }
}
