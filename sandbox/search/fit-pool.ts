import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { type ErrorCode, FlamencoError } from "@flamenco/policies/errors";
import type { Fit, FitData, FitTask, ThreadMessage } from "./fit-task.js";
import { searchLimits } from "./limits.js";

const MEGABYTE = 1024 * 1024;

interface Job {
  readonly task: FitTask;
  readonly onProgress: (share: number) => void;
  readonly resolve: (fit: Fit) => void;
  readonly reject: (error: unknown) => void;
}

export interface FitPoolOptions {
  /** Most fits at a time. Threads start when they are needed. */
  readonly threads: number;
  /** Of one thread, at most; fewer where the machine has no more for as many threads. Arrays of numbers lie outside of it. */
  readonly heapMegabytes?: number;
  readonly signal: AbortSignal;
}

/**
 * Threads that fit classifiers on the same samples, which they share without a copy. What a fit gives does not depend on the
 * thread that it ran in, nor on their number. A thread that dies takes its one fit with it, and nothing else.
 */
export class FitPool {
  readonly #data: FitData;
  readonly #threads: number;
  readonly #heapMegabytes: number;
  readonly #signal: AbortSignal;
  readonly #waiting: Job[] = [];
  readonly #running = new Map<Worker, Job>();
  readonly #idle: Worker[] = [];
  readonly #onAbort = () => this.#stop(this.#signal.reason);

  /** @throws FLM_TOO_LARGE where memory for the samples cannot be had */
  constructor(
    { samples, labels }: FitData,
    { threads, heapMegabytes = searchLimits.threadHeapMegabytes, signal }: FitPoolOptions,
  ) {
    this.#data = {
      samples: { ...samples, values: share(samples.values) },
      labels: { ...labels, weights: share(labels.weights) },
    };
    this.#threads = Math.max(1, Math.min(threads, searchLimits.threads));
    this.#heapMegabytes = Math.min(heapMegabytes, Math.ceil(totalmem() / MEGABYTE / this.#threads));
    this.#signal = signal;
    signal.addEventListener("abort", this.#onAbort);
  }

  /** @throws what `fitClassifier` does, FLM_TOO_LARGE when the thread runs out of memory, and the signal's reason */
  fit(task: FitTask, onProgress: (share: number) => void = () => undefined): Promise<Fit> {
    if (this.#signal.aborted) return Promise.reject(this.#signal.reason);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, onProgress, resolve, reject });
      this.#assign();
    });
  }

  /** End all threads; fits that are waited for fail. */
  async close(): Promise<void> {
    this.#signal.removeEventListener("abort", this.#onAbort);
    await this.#stop(new FlamencoError("FLM_INTERRUPTED", "The fit was given up."));
  }

  #assign(): void {
    while (this.#waiting.length > 0 && (this.#idle.length > 0 || this.#running.size < this.#threads)) {
      const thread = this.#idle.pop() ?? this.#start();
      const job = this.#waiting.shift()!;
      this.#running.set(thread, job);
      thread.postMessage(job.task);
    }
  }

  #start(): Worker {
    const thread = new Worker(new URL("./fit-thread.js", import.meta.url), {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMegabytes },
    });
    thread.on("message", (message: ThreadMessage) => this.#hear(thread, message));
    thread.on("error", (error) => this.#lose(thread, error));
    thread.on("exit", () => this.#lose(thread, undefined));
    return thread;
  }

  #lose(thread: Worker, error: unknown): void {
    const idle = this.#idle.indexOf(thread);
    if (idle >= 0) this.#idle.splice(idle, 1);
    this.#running.get(thread)?.reject(lostThread(error, this.#heapMegabytes));
    this.#running.delete(thread);
    this.#assign();
  }

  #hear(thread: Worker, message: ThreadMessage): void {
    const job = this.#running.get(thread);
    if (job === undefined) return;
    if (message.type === "progress") {
      job.onProgress(message.share);
      return;
    }
    this.#running.delete(thread);
    this.#idle.push(thread);
    if (message.type === "fitted") job.resolve(message.fit);
    else {
      const { code, message: text, details } = message.error;
      job.reject(new FlamencoError(code as ErrorCode, text, { details }));
    }
    this.#assign();
  }

  async #stop(reason: unknown): Promise<void> {
    const jobs = [...this.#waiting.splice(0), ...this.#running.values()];
    const threads = [...this.#idle.splice(0), ...this.#running.keys()];
    this.#running.clear();
    for (const job of jobs) job.reject(reason);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** What a dead thread said is dropped: it may quote a row. */
function lostThread(error: unknown, heapMegabytes: number): FlamencoError {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === "ERR_WORKER_OUT_OF_MEMORY"
    ? new FlamencoError(
        "FLM_TOO_LARGE",
        `A fit needs more than ${heapMegabytes} MB of heap. Take fewer rows or features, or a smaller model.`,
      )
    : new FlamencoError("FLM_INTERNAL", "A thread that fitted a classifier died.");
}

/** The same numbers where all threads see them. */
function share(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  let memory: SharedArrayBuffer;
  try {
    memory = new SharedArrayBuffer(values.byteLength);
  } catch (cause) {
    throw new FlamencoError("FLM_TOO_LARGE", `There is no memory for samples of ${values.byteLength} bytes.`, {
      cause,
    });
  }
  const shared = new Float64Array(memory);
  shared.set(values);
  return shared;
}
