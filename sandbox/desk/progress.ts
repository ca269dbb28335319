const QUIET_MILLISECONDS = 2_000;

/** Tells on standard error how far a long work is: nothing in its first seconds, then a line every few. */
export class Progress {
  readonly #what: string;
  #told = performance.now();

  /** @param what is being done, for example `read` */
  constructor(what: string) {
    this.#what = what;
  }

  /** @param share of the work that is done, 0..1 */
  tell(share: number): void {
    if (performance.now() - this.#told < QUIET_MILLISECONDS) return;
    this.#told = performance.now();
    process.stderr.write(`${Math.floor(100 * share)} % ${this.#what}\n`);
  }
}
