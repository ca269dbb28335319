import { FlamencoError } from "@flamenco/policies/errors";

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Run work that Ctrl-C stops at the next safe point, so that it can remove what it began; a second Ctrl-C ends the process at once.
 * @throws FLM_INTERRUPTED
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = () => {
    for (const signal of signals) process.off(signal, stop);
  };
  const stop = () => {
    controller.abort(new FlamencoError("FLM_INTERRUPTED", "The work was interrupted; nothing was written."));
    release();
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
