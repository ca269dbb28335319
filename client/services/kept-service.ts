import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { type FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import { toFlamencoError } from "../terminal/index.js";
import { type ReadyEvent, readFailure, readReadyEvent } from "./machine-output.js";
import { type ChildOptions, failed, type ProcessSupervisor, waitForEnd } from "./process-supervisor.js";

export interface KeptServiceOptions {
  readonly supervisor: ProcessSupervisor;
  /** The command to start it; told the port that it had, when it is started again. */
  readonly command: (port: number) => ChildOptions;
  /** The service died and is being started again. */
  readonly onRestart: (reason: string) => void;
  /** The service stays down; the last error says why. */
  readonly onLost: (error: FlamencoError) => void;
}

/** Somebody else ended a service before it was ready. */
class KilledError extends Error {}

/** A service that is started again when it dies, until its supervisor closes. */
export interface KeptService {
  readonly ready: ReadyEvent;
  /** Process id of the one that runs now. */
  readonly pid: () => number | undefined;
}

/**
 * Start a service and keep it up. When somebody else has started it in the meantime (its data directory is locked), that one
 * is as good; it is looked after until it is gone.
 * @throws the error that the service answered when it does not come up at first; FLM_SERVICE_FAILED
 */
export async function keepService(options: KeptServiceOptions): Promise<KeptService> {
  const { supervisor, command } = options;
  let { child, ready } = await startUntilReady(options, 0);
  const port = Number(new URL(ready.url).port);
  void (async () => {
    for (let restarts = 1; ; restarts += 1) {
      const { code, signal } = await waitForEnd(child);
      if (supervisor.closing) return;
      if (restarts > limits.restarts) throw failed(command(port), `${restarts} times`);
      options.onRestart(signal ?? `exit code ${code}`);
      await pause(limits.restartPauseMs);
      ({ child, ready } = await startUntilReady(options, port));
    }
  })().catch((error: unknown) => {
    if (!supervisor.closing) options.onLost(toFlamencoError(error));
  });
  return { ready, pid: () => child.pid };
}

/** Somebody may kill it while it starts, or start another by hand: then its lock or port is free only later. */
async function startUntilReady(
  { supervisor, command }: KeptServiceOptions,
  port: number,
): Promise<{ child: ChildProcess; ready: ReadyEvent }> {
  for (let attempt = 1; ; attempt += 1) {
    const { process: child, lines } = supervisor.spawn(command(port));
    try {
      return { child, ready: await waitForReady(child, lines, command(port)) };
    } catch (error) {
      const taken = isFlamencoError(error, "FLM_DATA_DIR_LOCKED") || isFlamencoError(error, "FLM_PORT_TAKEN");
      const killed = error instanceof KilledError;
      if (!(taken || killed) || attempt > limits.restarts) throw killed ? failed(command(port), error.message) : error;
      await pause(taken ? limits.takenPauseMs : limits.restartPauseMs);
    }
  }
}

async function waitForReady(
  child: ChildProcess,
  lines: AsyncIterable<string>,
  options: ChildOptions,
): Promise<ReadyEvent> {
  let late = false;
  const timeout = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limits.readyMs);
  const seen: string[] = [];
  try {
    const iterator = lines[Symbol.asyncIterator]();
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      const ready = readReadyEvent(next.value);
      if (ready !== undefined) {
        // Whatever it prints later must not fill the pipe and stop it.
        void drain(iterator);
        return ready;
      }
      seen.push(next.value);
    }
    const { code, signal } = await waitForEnd(child);
    if (late) throw failed(options, `not ready within ${limits.readyMs / 1000} s`);
    throw readFailure(seen) ?? (signal === null ? failed(options, `exit code ${code}`) : new KilledError(signal));
  } finally {
    clearTimeout(timeout);
  }
}

async function drain(iterator: AsyncIterator<string>): Promise<void> {
  try {
    while ((await iterator.next()).done !== true);
  } catch {
    // The service has ended; its supervisor sees that.
  }
}
