import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { type ErrorCode, FlamencoError } from "@flamenco/policies/errors";
import type { Progress, WorkerJob, WorkerMessage } from "@flamenco/policies/wire";
import { sandboxLimits } from "../../limits.js";
import { FILTER_DESCRIPTOR } from "./bubblewrap.js";
import type { WorkerCommand, WorkerLimits } from "./command.js";
import { familyOf, residentBytes } from "./family.js";
import { MessageReader } from "./message-reader.js";
import { sendFilter } from "./wall-probe.js";
import { failureOf } from "./worker-failure.js";

/** The message with which a worker that succeeded ends. */
export type FinalMessage = Exclude<WorkerMessage, { type: "progress" | "failed" }>;

export interface Supervision<Found> {
  /** What was found, from the final message. @throws FLM_WORKER_PROTOCOL when it does not answer the job */
  readonly accept: (message: FinalMessage) => Found;
  readonly command: WorkerCommand;
  readonly job: WorkerJob;
  readonly limits: WorkerLimits;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Kills the worker; the result is then FLM_INTERRUPTED. */
  readonly signal: AbortSignal;
}

/**
 * Run a worker to its end and leave nothing of it behind: a process group of its own, the job on its standard input (kept
 * open, since its end tells the worker that its parent died), messages on descriptor 3, everything else closed or
 * discarded. All of it is killed at the first final message, deadline, memory ceiling, protocol error or abort, and the
 * promise settles once the process is gone.
 * @throws FLM_WORKER_DEADLINE, FLM_WORKER_MEMORY, FLM_WORKER_PROTOCOL, FLM_WORKER_CRASHED, FLM_INTERRUPTED, and what the
 * worker itself reports as failed
 */
export function superviseWorker<Found extends object>(supervision: Supervision<Found>): Promise<Found> {
  const { accept, command, job, limits, onProgress, signal } = supervision;
  return new Promise((resolve, reject) => {
    const interrupted = () => new FlamencoError("FLM_INTERRUPTED", "The run was stopped.");
    if (signal.aborted) {
      reject(interrupted());
      return;
    }
    const child = spawn(command.file, command.arguments, {
      cwd: "/",
      detached: true,
      env: command.environment as NodeJS.ProcessEnv,
      stdio: ["pipe", "ignore", "ignore", "pipe", command.filter === null ? "ignore" : "pipe"],
    });
    let outcome: Found | FlamencoError | undefined;
    const end = (reached: Found | FlamencoError): void => {
      outcome ??= reached;
      killFamily(child.pid);
    };
    const fail = (code: ErrorCode, message: string) => end(new FlamencoError(code, message));

    const deadline = setTimeout(
      () => fail("FLM_WORKER_DEADLINE", `The sealed worker ran past its deadline of ${limits.deadlineSeconds} s.`),
      limits.deadlineSeconds * 1000,
    );
    const memory = watchMemory(child.pid, limits.memoryMegabytes, () =>
      fail("FLM_WORKER_MEMORY", `The sealed worker used more than ${limits.memoryMegabytes} MB.`),
    );
    const onAbort = () => end(interrupted());
    signal.addEventListener("abort", onAbort, { once: true });

    const reader = new MessageReader();
    const messages = child.stdio[3] as Readable;
    messages.on("data", (bytes: Buffer) => {
      if (outcome !== undefined) return;
      try {
        for (const message of reader.read(bytes)) {
          if (message.type === "progress") onProgress?.(message.progress);
          else return end(message.type === "failed" ? failureOf(message.error.code) : accept(message));
        }
      } catch (error) {
        end(error instanceof FlamencoError ? error : new FlamencoError("FLM_INTERNAL", "The progress report failed."));
      }
    });
    // A worker that dies early breaks its pipes; that it died is what counts.
    messages.on("error", () => {});
    child.stdin?.on("error", () => {});
    sendFilter(child.stdio[FILTER_DESCRIPTOR] as Writable | null, command.filter);
    child.stdin?.write(`${JSON.stringify(job)}\n`);

    const settle = (): void => {
      clearTimeout(deadline);
      clearInterval(memory);
      signal.removeEventListener("abort", onAbort);
      killGroup(child.pid);
      child.stdin?.destroy();
      const result = outcome ?? new FlamencoError("FLM_WORKER_CRASHED", "The sealed worker ended without a result.");
      if (result instanceof FlamencoError) reject(result);
      else resolve(result);
    };
    child.once("error", settle);
    child.once("exit", () => setTimeout(() => messages.destroy(), sandboxLimits.drainMilliseconds).unref());
    // `close`, not `exit`: what the worker wrote before it ended is still read.
    child.once("close", settle);
  });
}

/** SIGKILL to the worker and all that it started: the only limit that always holds. */
function killFamily(pid: number | undefined): void {
  if (pid === undefined) return;
  const family = familyOf(pid);
  killGroup(pid);
  for (const member of family) killProcess(member);
}

/** SIGKILL to what is left of the group. */
function killGroup(pid: number | undefined): void {
  if (pid !== undefined) killProcess(-pid);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

/**
 * Call `onExceeded` when the resident memory of the worker and all that it started passes the ceiling. In the first second
 * wrappers start the worker proper: then each look is also one for further processes.
 */
function watchMemory(pid: number | undefined, ceilingMegabytes: number, onExceeded: () => void): NodeJS.Timeout {
  const ticksPerScan = Math.ceil(sandboxLimits.familyScanMilliseconds / sandboxLimits.memoryPollMilliseconds);
  let members = pid === undefined ? [] : [pid];
  let tick = 0;
  return setInterval(() => {
    tick += 1;
    if (pid !== undefined && (tick < ticksPerScan || tick % ticksPerScan === 0)) members = familyOf(pid);
    const bytes = members.reduce((sum, member) => sum + residentBytes(member), 0);
    if (bytes > ceilingMegabytes * 2 ** 20) onExceeded();
  }, sandboxLimits.memoryPollMilliseconds);
}
