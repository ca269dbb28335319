const NONE = -1;

/** Queues of flows in the order in which they were touched last: doubly linked lists of small numbers. */
export class FlowQueues {
  #older: Int32Array;
  #newer: Int32Array;
  #queue: Uint8Array;
  readonly #oldest: Int32Array;
  readonly #newest: Int32Array;

  /** @param flows flows that there is room for, until `grow` */
  constructor(queues: number, flows: number) {
    this.#older = new Int32Array(flows);
    this.#newer = new Int32Array(flows);
    this.#queue = new Uint8Array(flows);
    this.#oldest = new Int32Array(queues).fill(NONE);
    this.#newest = new Int32Array(queues).fill(NONE);
  }

  /** The flow of a queue that was touched least recently, or -1. */
  oldest(queue: number): number {
    return this.#oldest[queue]!;
  }

  /** Add a flow that is in no queue as the newest of one. */
  append(flow: number, queue: number): void {
    const newest = this.#newest[queue]!;
    this.#queue[flow] = queue;
    this.#older[flow] = newest;
    this.#newer[flow] = NONE;
    if (newest === NONE) this.#oldest[queue] = flow;
    else this.#newer[newest] = flow;
    this.#newest[queue] = flow;
  }

  remove(flow: number): void {
    const queue = this.#queue[flow]!;
    const older = this.#older[flow]!;
    const newer = this.#newer[flow]!;
    if (older === NONE) this.#oldest[queue] = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) this.#newest[queue] = older;
    else this.#older[newer] = older;
  }

  /** Make a flow the newest of a queue. */
  touch(flow: number, queue: number): void {
    if (this.#newest[queue] === flow) return;
    this.remove(flow);
    this.append(flow, queue);
  }

  grow(flows: number): void {
    const older = new Int32Array(flows);
    const newer = new Int32Array(flows);
    const queue = new Uint8Array(flows);
    older.set(this.#older);
    newer.set(this.#newer);
    queue.set(this.#queue);
    this.#older = older;
    this.#newer = newer;
    this.#queue = queue;
  }
}
