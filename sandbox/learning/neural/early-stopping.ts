/**
 * Ends training when a loss has not fallen by more than `minDelta` for `patience` epochs (Prechelt 1998; Keras's
 * `EarlyStopping`). The last epoch's weights stay, as in Keras.
 */
export class EarlyStopping {
  readonly #patience: number;
  readonly #minDelta: number;
  #best = Number.POSITIVE_INFINITY;
  #waited = 0;

  constructor(patience: number, minDelta: number) {
    this.#patience = patience;
    this.#minDelta = minDelta;
  }

  /** @returns whether training should end after an epoch of this loss */
  endsAfter(loss: number): boolean {
    if (loss < this.#best - this.#minDelta) {
      this.#best = loss;
      this.#waited = 0;
    } else {
      this.#waited += 1;
    }
    return this.#waited >= this.#patience;
  }
}
