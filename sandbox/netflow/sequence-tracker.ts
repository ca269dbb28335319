import { netflowLimits } from "./limits.js";

const MODULUS = 2 ** 32;

/**
 * What the sequence numbers of one exporter say of messages that did not arrive. NetFlow v5 and v7 count flows, IPFIX data
 * records (RFC 7011, section 3.1), NetFlow v9 messages (RFC 3954, section 5.1); each message carries the count before it.
 */
export class SequenceTracker {
  readonly unit: "messages" | "records";
  #expected: number | null = null;
  #lost = 0;
  #gaps = 0;
  #disorders = 0;

  constructor(unit: "messages" | "records") {
    this.unit = unit;
  }

  /**
   * @param sequence of the message
   * @param records of it; null when it holds sets that could not be read, so that nothing is known of the next number
   */
  note(sequence: number, records: number | null): void {
    if (this.#expected !== null) this.#compare((sequence - this.#expected + MODULUS) % MODULUS);
    const step = this.unit === "messages" ? 1 : records;
    this.#expected = step === null ? null : (sequence + step) % MODULUS;
  }

  /** Messages or records (see `unit`) that are missing. */
  get lost(): number {
    return this.#lost;
  }

  /** Places where some are missing. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Messages out of order, and restarts of the exporter. */
  get disorders(): number {
    return this.#disorders;
  }

  #compare(ahead: number): void {
    if (ahead === 0) return;
    if (ahead > netflowLimits.sequenceJump) {
      this.#disorders += 1;
    } else {
      this.#gaps += 1;
      this.#lost += ahead;
    }
  }
}
