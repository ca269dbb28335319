import { limits } from "../limits.js";

/** Wakes requests that wait for something to change (long polls). */
export class Bell {
  readonly #waiting = new Map<string, Set<() => void>>();
  #count = 0;
  #closed = false;

  /**
   * Resolves when `topic` is rung, after `milliseconds`, when `gone` fires, or when the bell is closed; at once when too
   * many wait already. Whoever waits looks again afterwards.
   */
  wait(topic: string, milliseconds: number, gone: AbortSignal): Promise<void> {
    if (this.#closed || gone.aborted || milliseconds <= 0 || this.#count >= limits.waitingRequests)
      return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        gone.removeEventListener("abort", wake);
        this.#remove(topic, wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      gone.addEventListener("abort", wake, { once: true });
      this.#add(topic, wake);
    });
  }

  /** Wake all who wait for `topic`. */
  ring(topic: string): void {
    for (const wake of [...(this.#waiting.get(topic) ?? [])]) wake();
  }

  /** Wake everybody and let nobody wait any more. */
  close(): void {
    this.#closed = true;
    for (const topic of [...this.#waiting.keys()]) this.ring(topic);
  }

  #add(topic: string, wake: () => void): void {
    const others = this.#waiting.get(topic) ?? new Set();
    this.#waiting.set(topic, others.add(wake));
    this.#count += 1;
  }

  #remove(topic: string, wake: () => void): void {
    const others = this.#waiting.get(topic);
    if (!others?.delete(wake)) return;
    this.#count -= 1;
    if (others.size === 0) this.#waiting.delete(topic);
  }
}
