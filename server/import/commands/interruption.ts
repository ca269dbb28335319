import { FlamencoError } from "@flamenco/policies/errors";

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Run work that Ctrl-C stops at the next safe point, so that it can clean up; a second Ctrl-C ends the process at once,
 * and the next import sweeps what is left.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => {
    controller.abort(
      new FlamencoError("FLM_INTERRUPTED", "The import was interrupted. The dataset is as it was before."),
    );
    release();
  };
  const release = () => {
    for (const signal of signals) process.off(signal, stop);
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
