import { endpointsOf, type FlowEndpoints, FlowKey, keyWords } from "./flow-key.js";
import { FlowQueues } from "./flow-queues.js";
import { flowSlots } from "./flow-row.js";
import type { Packet } from "./packet.js";

/** Rows of numbers that are allocated at once. */
const BLOCK_SHIFT = 11;
const BLOCK_ROWS = 1 << BLOCK_SHIFT;
const FIRST_FLOWS = 1_024;

/** Words of an entry behind its key: its hash, and the next flow of its bucket. */
const HASH = keyWords;
const CHAIN = keyWords + 1;
const ENTRY_WORDS = keyWords + 2;

const NONE = -1;

/**
 * The flows under way: found by their key whichever end sends, and in queues by how long they have been quiet. A flow is a small
 * number; its state lies in typed arrays, so that half a million of them are no work for the garbage collector.
 */
export class FlowTable {
  readonly #key: FlowKey;
  readonly #queues: FlowQueues;
  #entries = new Int32Array(FIRST_FLOWS * ENTRY_WORDS);
  #buckets = new Int32Array(2 * FIRST_FLOWS).fill(NONE);
  readonly #blocks: Float64Array[] = [];
  #free = NONE;
  #made = 0;
  #size = 0;

  /** @param seed see `FlowKey` */
  constructor(queues: number, seed: number) {
    this.#key = new FlowKey(seed);
    this.#queues = new FlowQueues(queues, FIRST_FLOWS);
  }

  /** Flows under way. */
  get size(): number {
    return this.#size;
  }

  /** Whether the sender of the packet that was looked up last is the lower endpoint. */
  get senderIsLow(): boolean {
    return this.#key.senderIsLow;
  }

  /** The flow that a packet belongs to, or -1. */
  find(packet: Packet): number {
    this.#key.take(packet);
    const entries = this.#entries;
    const { words, hash } = this.#key;
    let flow = this.#buckets[hash & (this.#buckets.length - 1)]!;
    while (flow !== NONE) {
      const at = flow * ENTRY_WORDS;
      if (entries[at + HASH] === hash) {
        let word = 0;
        while (word < keyWords && entries[at + word] === words[word]) word += 1;
        if (word === keyWords) return flow;
      }
      flow = entries[at + CHAIN]!;
    }
    return NONE;
  }

  /** A new flow of the packet that was looked up last, which must not be there, as the newest of a queue; its numbers are 0. */
  insert(queue: number): number {
    const flow = this.#allocate();
    const entries = this.#entries;
    const at = flow * ENTRY_WORDS;
    entries.set(this.#key.words, at);
    entries[at + HASH] = this.#key.hash;
    this.#chain(flow);
    this.#queues.append(flow, queue);
    const row = this.rowOf(flow);
    this.numbersOf(flow).fill(0, row, row + flowSlots);
    this.#size += 1;
    return flow;
  }

  remove(flow: number): void {
    const entries = this.#entries;
    const at = flow * ENTRY_WORDS;
    const bucket = entries[at + HASH]! & (this.#buckets.length - 1);
    let link = this.#buckets[bucket]!;
    if (link === flow) this.#buckets[bucket] = entries[at + CHAIN]!;
    else {
      while (entries[link * ENTRY_WORDS + CHAIN] !== flow) link = entries[link * ENTRY_WORDS + CHAIN]!;
      entries[link * ENTRY_WORDS + CHAIN] = entries[at + CHAIN]!;
    }
    this.#queues.remove(flow);
    entries[at + CHAIN] = this.#free;
    this.#free = flow;
    this.#size -= 1;
  }

  /** Make a flow the newest of a queue. */
  touch(flow: number, queue: number): void {
    this.#queues.touch(flow, queue);
  }

  /** The flow of a queue that was touched least recently, or -1. */
  oldest(queue: number): number {
    return this.#queues.oldest(queue);
  }

  /** The array in which a flow's numbers lie, from `rowOf(flow)` on. */
  numbersOf(flow: number): Float64Array {
    return this.#blocks[flow >> BLOCK_SHIFT]!;
  }

  rowOf(flow: number): number {
    return (flow & (BLOCK_ROWS - 1)) * flowSlots;
  }

  endpoints(flow: number): FlowEndpoints {
    return endpointsOf(this.#entries.subarray(flow * ENTRY_WORDS, flow * ENTRY_WORDS + keyWords));
  }

  #chain(flow: number): void {
    const at = flow * ENTRY_WORDS;
    const bucket = this.#entries[at + HASH]! & (this.#buckets.length - 1);
    this.#entries[at + CHAIN] = this.#buckets[bucket]!;
    this.#buckets[bucket] = flow;
  }

  #allocate(): number {
    if (this.#free !== NONE) {
      const flow = this.#free;
      this.#free = this.#entries[flow * ENTRY_WORDS + CHAIN]!;
      return flow;
    }
    const flow = this.#made;
    if (flow * ENTRY_WORDS === this.#entries.length) this.#grow();
    if (flow >> BLOCK_SHIFT === this.#blocks.length) this.#blocks.push(new Float64Array(BLOCK_ROWS * flowSlots));
    this.#made += 1;
    return flow;
  }

  /** Room for twice the flows; called when all that were ever made are under way. */
  #grow(): void {
    const entries = new Int32Array(2 * this.#entries.length);
    entries.set(this.#entries);
    this.#entries = entries;
    this.#queues.grow(2 * this.#made);
    this.#buckets = new Int32Array(2 * this.#buckets.length).fill(NONE);
    for (let flow = 0; flow < this.#made; flow += 1) this.#chain(flow);
  }
}
