/** Wakes one waiting loop. A ring before the wait is not lost: the next wait returns at once. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Wait for a ring, the abort, or the time, whichever comes first. */
  async wait(signal: AbortSignal, timeoutMs?: number): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
        const finish = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", finish);
          resolve();
        };
        this.#wake = finish;
        signal.addEventListener("abort", finish, { once: true });
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
