import { limits } from "../limits.js";

/** Growing waits between attempts, with jitter so that many nodes do not come back to a registry in the same moment. */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;

  /** @param random uniform in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds to wait now: doubling from the first to the maximum, of which a random half is taken off. */
  next(): number {
    const ceiling = Math.min(limits.retryMaximumMs, limits.retryFirstMs * 2 ** this.#failures);
    if (ceiling < limits.retryMaximumMs) this.#failures += 1;
    return ceiling / 2 + (this.#random() * ceiling) / 2;
  }

  reset(): void {
    this.#failures = 0;
  }
}
