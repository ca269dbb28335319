import { setTimeout as pause } from "node:timers/promises";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import { type ReadyEvent, readFailure, readReadyEvent } from "./machine-output.js";
import {
  type ChildOptions,
  failed,
  type ProcessSupervisor,
  type StartedChild,
  waitForEnd,
} from "./process-supervisor.js";

export interface KeptServiceOptions {
  readonly supervisor: ProcessSupervisor;
  /** The command to start it; told the port that it had, when it is started again. */
  readonly command: (port: number) => ChildOptions;
  /** The service died and is being started again. */
  readonly onRestart: (reason: string) => void;
  /** The service stays down; the last error says why. */
  readonly onLost: (error: FlamencoError) => void;
}

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
  let started = supervisor.spawn(command(0));
  const ready = await waitForReady(started, command(0));
  void (async () => {
    let restarts = 0;
    while (true) {
      const { code, signal } = await waitForEnd(started.process);
      if (supervisor.closing) return;
      restarts += 1;
      if (restarts > limits.restarts) throw failed(command(0), `${restarts} times`);
      options.onRestart(signal ?? `exit code ${code}`);
      started = await startAgain(options, Number(new URL(ready.url).port));
    }
  })().catch((error: unknown) => {
    if (!supervisor.closing)
      options.onLost(error instanceof FlamencoError ? error : new FlamencoError("FLM_INTERNAL", String(error)));
  });
  return { ready, pid: () => started.process.pid };
}

async function startAgain({ supervisor, command }: KeptServiceOptions, port: number): Promise<StartedChild> {
  for (let attempt = 1; ; attempt += 1) {
    await pause(limits.restartPauseMs);
    const started = supervisor.spawn(command(port));
    try {
      await waitForReady(started, command(port));
      return started;
    } catch (error) {
      // The one that died may hold its port or its lock for a moment; another may have been started by hand.
      const passing = isFlamencoError(error, "FLM_DATA_DIR_LOCKED") || isFlamencoError(error, "FLM_PORT_TAKEN");
      const killed = started.process.signalCode !== null;
      if (!(passing || (killed && attempt < limits.restarts))) throw error;
    }
  }
}

async function waitForReady({ process: child, lines }: StartedChild, options: ChildOptions): Promise<ReadyEvent> {
  const timeout = setTimeout(() => child.kill("SIGKILL"), limits.readyMs);
  const seen: string[] = [];
  try {
    const iterator = lines[Symbol.asyncIterator]();
    while (true) {
      const next = await iterator.next();
      if (next.done === true) break;
      const ready = readReadyEvent(next.value);
      if (ready !== undefined) {
        // Whatever it prints later must not fill the pipe and stop it.
        void drain(iterator);
        return ready;
      }
      seen.push(next.value);
    }
    const { code, signal } = await waitForEnd(child);
    throw readFailure(seen) ?? failed(options, signal ?? `exit code ${code}`);
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
