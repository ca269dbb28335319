import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import { parseJsonLine, readFailure } from "./machine-output.js";
import { findProgram, type ServiceProgram } from "./program-lookup.js";

export interface ChildOptions {
  readonly program: ServiceProgram;
  readonly args: readonly string[];
  /** Standard error is appended to this file. */
  readonly logFile: string;
}

export interface StartedChild {
  readonly process: ChildProcess;
  /** Lines of standard output, as they come. */
  readonly lines: AsyncIterable<string>;
}

/** How a process ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Owns the processes of a demo: whatever it started, it ends. Each child leads a process group of its own, so that an
 * interrupt from the terminal reaches the demo alone, which then stops the services in order; and each holds a pipe from
 * this process as standard input, so that a service started with `--stop-with-parent` ends even when this process is killed.
 */
export class ProcessSupervisor {
  readonly #children = new Set<ChildProcess>();
  readonly #environment: NodeJS.ProcessEnv;
  #closing = false;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
    process.once("exit", this.killAll);
  }

  get closing(): boolean {
    return this.#closing;
  }

  /** @throws FLM_INTERRUPTED once closing, FLM_NOT_INSTALLED */
  spawn({ program, args, logFile }: ChildOptions): StartedChild {
    if (this.#closing) throw new FlamencoError("FLM_INTERRUPTED", "Everything is being stopped.");
    const path = findProgram(program);
    const log = openSync(logFile, "a", 0o600);
    try {
      const child = spawn(process.execPath, [path, ...args], {
        stdio: ["pipe", "pipe", log],
        detached: true,
        env: this.#environment,
      });
      this.#children.add(child);
      child.once("exit", () => this.#children.delete(child));
      child.once("error", () => this.#children.delete(child));
      // A child that dies breaks its pipes; its exit says so.
      child.stdin?.on("error", () => undefined);
      return { process: child, lines: readLines(child) };
    } finally {
      closeSync(log);
    }
  }

  /**
   * Run a program that ends by itself and answers with `--json`. One that somebody else killed is run again.
   * @returns the document that it answered
   * @throws the error that the program answered; FLM_SERVICE_FAILED
   */
  async run(options: ChildOptions): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const { process: child, lines } = this.spawn(options);
      const ended = waitForEnd(child);
      const output: string[] = [];
      for await (const line of lines) output.push(line);
      const { code, signal } = await ended;
      if (code === 0) return parseJsonLine(output.join("\n"));
      const killed = signal !== null || (code !== null && code > 128);
      if (!killed || attempt >= limits.commandAttempts) {
        throw readFailure(output) ?? failed(options, signal ?? `exit code ${code}`);
      }
      await pause(limits.restartPauseMs);
    }
  }

  /** Stop everything, cleanly at first; whatever has not ended after the grace is killed with its group. */
  async close(): Promise<void> {
    this.#closing = true;
    const running = [...this.#children];
    const ended = Promise.all(running.map(waitForEnd));
    for (const child of running) signalGroupLeader(child, "SIGTERM");
    const grace = new AbortController();
    await Promise.race([ended, pause(limits.stopGraceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
    grace.abort();
    this.killAll();
    await ended;
    process.off("exit", this.killAll);
  }

  /** Kill every group at once; also the last act of this process, however it ends. */
  readonly killAll = (): void => {
    this.#closing = true;
    for (const child of this.#children) killGroup(child);
  };
}

/** Resolves when a process has ended or could not be started. */
export async function waitForEnd(child: ChildProcess): Promise<ChildEnd> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
    await once(child, "exit").catch(() => undefined);
  return { code: child.exitCode, signal: child.signalCode };
}

export function failed({ program, args, logFile }: ChildOptions, reason: string): FlamencoError {
  return new FlamencoError("FLM_SERVICE_FAILED", `${program} ${args[0] ?? ""} ended (${reason}). Its log: ${logFile}`);
}

function signalGroupLeader(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended already.
  }
}

async function* readLines(child: ChildProcess): AsyncGenerator<string> {
  let rest = "";
  if (child.stdout === null) return;
  child.stdout.setEncoding("utf8");
  for await (const chunk of child.stdout) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > limits.childLineCharacters)
      throw new FlamencoError("FLM_SERVICE_FAILED", "A service wrote a line without end.");
    yield* lines;
  }
  if (rest !== "") yield rest;
}
