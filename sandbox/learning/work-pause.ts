import { setImmediate } from "node:timers/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import type { FitOptions } from "./classifier.js";

/** Milliseconds of work between two pauses. */
const WORK_MILLISECONDS = 50;

/** Lets a long computation be told of and stopped: between its pieces the event loop gets a turn now and then. */
export class WorkPause {
  readonly #options: FitOptions;
  #since = performance.now();

  constructor(options: FitOptions) {
    this.#options = options;
  }

  /** @param share of the work that is done, 0..1 @throws FLM_INTERRUPTED */
  async after(share: number): Promise<void> {
    if (performance.now() - this.#since < WORK_MILLISECONDS && share < 1) return;
    this.#options.onProgress?.(share);
    await setImmediate();
    if (this.#options.signal?.aborted === true) throw new FlamencoError("FLM_INTERRUPTED", "Training was interrupted.");
    this.#since = performance.now();
  }
}
