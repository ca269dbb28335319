import { readSync, writeSync } from "node:fs";
import { type ErrorCode, errorTable, FlamencoError } from "@flamenco/policies/errors";
import { parseDocument, WorkerJob, type WorkerMessage, type WorkerStage } from "@flamenco/policies/wire";
import { sandboxLimits } from "../../limits.js";

const STDIN = 0;
/** Descriptor on which messages leave the worker. */
const MESSAGES = 3;
const NEWLINE = 10;

/**
 * The job: one line of JSON on standard input.
 * @throws FLM_SCHEMA, FLM_TOO_LARGE
 */
export function readJob(): WorkerJob {
  const parts: Buffer[] = [];
  let length = 0;
  for (;;) {
    const part = Buffer.alloc(64 * 1024);
    const bytes = readSync(STDIN, part);
    const end = part.subarray(0, bytes).indexOf(NEWLINE);
    parts.push(part.subarray(0, end === -1 ? bytes : end));
    length += bytes;
    if (length > sandboxLimits.maxJobBytes) throw new FlamencoError("FLM_TOO_LARGE", "The worker's job is too large.");
    if (end !== -1) break;
    if (bytes === 0) throw new FlamencoError("FLM_SCHEMA", "The worker's job ended before its line did.");
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new FlamencoError("FLM_SCHEMA", "The worker's job is not JSON.");
  }
  return parseDocument(WorkerJob, value, "worker's job");
}

/** Write one message. Blocks until the supervisor has taken it. */
export function sendMessage(message: WorkerMessage): void {
  const line = Buffer.from(`${JSON.stringify(message)}\n`, "utf8");
  for (let sent = 0; sent < line.length; ) sent += writeSync(MESSAGES, line, sent);
}

/** Tells how far a stage is. */
export type ReportProgress = (stage: WorkerStage, done: number, total: number) => void;

/**
 * Progress that is sent when a stage starts, when it is done, and in between at most every
 * `progressIntervalMilliseconds`.
 * @param now milliseconds of a clock that never goes back
 */
export function throttleProgress(send: (message: WorkerMessage) => void, now: () => number): ReportProgress {
  let last = Number.NEGATIVE_INFINITY;
  return (stage, done, total) => {
    const at = now();
    if (done > 0 && done < total && at - last < sandboxLimits.progressIntervalMilliseconds) return;
    last = at;
    send({ type: "progress", progress: { stage, done, total } });
  };
}

/** Codes whose text is made of names and rules alone. Of other errors the code leaves the worker, with the code's meaning. */
const speakingCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "FLM_SCHEMA",
  "FLM_LF_REFUSED",
  "FLM_PACKAGE_FORMAT",
  "FLM_FIELD_MISSING",
  "FLM_DATASET_KIND",
  "FLM_DATASET_CORRUPT",
  "FLM_WORKER_ENGINE",
  "FLM_KERNEL_FAILED",
]);

/** The message of a failure. Only errors that our own code made on purpose keep their text: others may quote a row. */
export function describeFailure(error: unknown): WorkerMessage {
  if (error instanceof FlamencoError) {
    const { code, message, details } = error.toDocument();
    if (!speakingCodes.has(code)) return failure(code, errorTable[code].meaning);
    return {
      type: "failed",
      error: {
        code,
        message: message.slice(0, 4000),
        details: details
          .slice(0, 200)
          .map((detail) => ({ at: detail.at.slice(0, 300), message: detail.message.slice(0, 4000) })),
      },
    };
  }
  // V8 says so when the limit on memory mappings is reached.
  if (error instanceof RangeError && error.message.includes("allocation failed")) {
    return failure("FLM_WORKER_MEMORY", "The sealed worker could not get the memory that it needs.");
  }
  return failure("FLM_INTERNAL", "The sealed worker failed. No text of the error leaves it.");
}

const failure = (code: ErrorCode, message: string): WorkerMessage => ({
  type: "failed",
  error: { code, message, details: [] },
});
