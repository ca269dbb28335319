const QUIET_MILLISECONDS = 2_000;
/** Below this share the pace is still that of the start, such as of loading a library, and would be told wrongly. */
const TOLD_FROM_SHARE = 0.03;

/** Tells on standard error how far a long work is: nothing in its first seconds, then a line every few. */
export class Progress {
  readonly #what: string;
  readonly #start = performance.now();
  readonly #done: number;
  #told = this.#start;

  /**
   * @param what is being done, for example `read`
   * @param done share of the work that an earlier run had done: it says nothing of this one's pace
   */
  constructor(what: string, done = 0) {
    this.#what = what;
    this.#done = done;
  }

  /** @param share of the work that is done, 0..1 */
  tell(share: number): void {
    const now = performance.now();
    if (now - this.#told < QUIET_MILLISECONDS) return;
    this.#told = now;
    const left =
      share > this.#done + TOLD_FROM_SHARE
        ? `, ${formatLeft(((now - this.#start) * (1 - share)) / (share - this.#done))}`
        : "";
    process.stderr.write(`${Math.floor(100 * share)} % ${this.#what}${left}\n`);
  }
}

function formatLeft(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 120) return `about ${seconds} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `about ${minutes} min left` : `about ${Math.ceil(minutes / 60)} h left`;
}
