/** Runs tasks side by side, at most one in each of a fixed number of lanes. */
export class Lanes {
  readonly #running: (Promise<void> | null)[];

  constructor(count: number) {
    this.#running = Array.from({ length: count }, () => null);
  }

  /**
   * Start a task as soon as a lane is free, and return without waiting for its end.
   * @throws what an earlier task threw.
   */
  async start(task: (lane: number) => Promise<void>): Promise<void> {
    if (!this.#running.includes(null)) await Promise.race(this.#running);
    const lane = this.#running.indexOf(null);
    const running = task(lane).then(() => {
      this.#running[lane] = null;
    });
    // A failure is thrown by the next `start` or `settle`; until then it must not count as unhandled.
    running.catch(() => undefined);
    this.#running[lane] = running;
  }

  /**
   * Wait for every task.
   * @throws what the first failing one threw, when all have ended.
   */
  async settle(): Promise<void> {
    const ends = await Promise.allSettled(this.#running);
    this.#running.fill(null);
    const failure = ends.find((end) => end.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  }
}
