/** A datagram as it came. */
export interface QueuedDatagram {
  readonly source: string;
  readonly payload: Buffer;
}

/** What a datagram costs beside its payload, in bytes. */
const OVERHEAD_BYTES = 256;

/** Datagrams that wait to be decoded, in their order, in bounded memory: what does not fit is refused. */
export class DatagramQueue {
  readonly #capacity: number;
  #waiting: QueuedDatagram[] = [];
  /** Index of the first that waits. */
  #first = 0;
  #bytes = 0;

  /** @param capacityBytes of all datagrams together */
  constructor(capacityBytes: number) {
    this.#capacity = capacityBytes;
  }

  /** @returns false when it does not fit. */
  push(datagram: QueuedDatagram): boolean {
    const bytes = datagram.payload.length + OVERHEAD_BYTES;
    if (this.#bytes + bytes > this.#capacity) return false;
    this.#waiting.push(datagram);
    this.#bytes += bytes;
    return true;
  }

  /** Takes the first datagrams, of about so many bytes; at least one while any waits. */
  take(bytes: number): QueuedDatagram[] {
    const from = this.#first;
    for (let taken = 0; this.#first < this.#waiting.length && taken < bytes; this.#first += 1) {
      taken += this.#waiting[this.#first]!.payload.length + OVERHEAD_BYTES;
      this.#bytes -= this.#waiting[this.#first]!.payload.length + OVERHEAD_BYTES;
    }
    const datagrams = this.#waiting.slice(from, this.#first);
    // Removed from the front in large parts: one by one would move the rest each time.
    if (this.#first * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return datagrams;
  }

  get bytes(): number {
    return this.#bytes;
  }
}
