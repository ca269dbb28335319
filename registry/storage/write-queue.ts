/** Runs tasks one after the other, in the order in which they came: what one checks, no other changes before it has written. */
export class WriteQueue {
  #tail: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects as the task does. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when every task that was given so far has ended. */
  async drain(): Promise<void> {
    await this.#tail;
  }
}
