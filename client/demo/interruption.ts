import { constants } from "node:os";
import { FlamencoError } from "@flamenco/policies/errors";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Signals of this process as an AbortSignal: the first asks for a clean end, another ends at once. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The work, or FLM_INTERRUPTED as soon as a signal comes. */
  readonly race: <T>(work: Promise<T>) => Promise<T>;
  /** 128 + n of the signal that came; undefined before. */
  readonly exitCode: () => number | undefined;
  readonly close: () => void;
}

export function watchSignals(onSecond: () => void): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const handlers = SIGNALS.map((name) => {
    const handler = () => {
      if (exitCode !== undefined) {
        onSecond();
        process.exit(exitCode);
      }
      exitCode = 128 + constants.signals[name];
      controller.abort();
    };
    process.on(name, handler);
    return { name, handler };
  });
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener(
      "abort",
      () => reject(new FlamencoError("FLM_INTERRUPTED", "The demo was interrupted.")),
      { once: true },
    );
  });
  aborted.catch(() => undefined);
  return {
    signal: controller.signal,
    race: (work) => Promise.race([work, aborted]),
    exitCode: () => exitCode,
    close: () => {
      for (const { name, handler } of handlers) process.off(name, handler);
    },
  };
}
