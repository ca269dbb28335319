import { type FlowRecord, readRow } from "./flow-record.js";
import { addToRow, flowSlot, flowSlots } from "./flow-row.js";
import { FlowTable } from "./flow-table.js";
import { captureLimits } from "./limits.js";
import type { MeterTimeouts } from "./meter-options.js";
import { type Packet, protocolNumbers, tcpFlag } from "./packet.js";

const NONE = -1;

/** Queues of the table: how long a flow may be quiet depends on its protocol and on whether TCP has closed it. */
const queue = Object.freeze({ tcp: 0, other: 1, closed: 2 });

/** What the meter notes of a flow. */
const note = Object.freeze({ initiatorIsLow: 1, finForward: 2, finBackward: 4, closed: 8, sawSyn: 16 });
/** What a connection's next part begins with. */
const carriedOver = [flowSlot.notes, flowSlot.sequence, flowSlot.connection, flowSlot.connectionFirst, flowSlot.part];
const BOTH_FINS = note.finForward | note.finBackward;

/** What a meter saw that whoever reads its flows should know. */
export interface MeterTally {
  readonly flows: number;
  /** TCP connections whose first packet here has no SYN: their beginning was not captured. */
  readonly withoutSyn: number;
  /** Packets that are older than the one before them in their flow; they count at that one's time. */
  readonly clockBackwards: number;
  /** Flows that ended early because too many were under way. */
  readonly evicted: number;
}

/** Assembles packets into bidirectional flows (flow-features, section 1) and hands over each when it ends. */
export class FlowMeter {
  readonly #onFlow: (flow: FlowRecord) => void;
  readonly #activeMicros: number;
  readonly #quietMicros: readonly number[];
  readonly #maxFlows: number;
  readonly #table: FlowTable;
  #flows = 0;
  #connections = 0;
  #withoutSyn = 0;
  #clockBackwards = 0;
  #evicted = 0;

  /**
   * @param hashSeed any 32 bits that a capture's author cannot know; flows do not depend on it
   * @param maxFlows flows under way at a time, above which the one that was quiet longest ends early
   */
  constructor(
    onFlow: (flow: FlowRecord) => void,
    timeouts: MeterTimeouts,
    hashSeed: number,
    maxFlows: number = captureLimits.flows,
  ) {
    this.#onFlow = onFlow;
    this.#activeMicros = timeouts.activeSeconds * 1e6;
    this.#quietMicros = [timeouts.idleTcpSeconds, timeouts.idleOtherSeconds, timeouts.closedSeconds].map(
      (seconds) => seconds * 1e6,
    );
    this.#maxFlows = maxFlows;
    this.#table = new FlowTable(this.#quietMicros.length, hashSeed);
  }

  /** Take a packet; those of a flow in the order of the capture. */
  add(packet: Packet): void {
    this.#endQuietFlows(packet.timeMicros);
    const table = this.#table;
    let flow = table.find(packet);
    const senderIsLow = table.senderIsLow;
    if (flow !== NONE) flow = this.#continueOrEnd(flow, packet);
    if (flow === NONE) flow = this.#begin(packet, senderIsLow);
    const numbers = table.numbersOf(flow);
    const row = table.rowOf(flow);
    const isForward = ((numbers[row + flowSlot.notes]! & note.initiatorIsLow) !== 0) === senderIsLow;
    let time = packet.timeMicros;
    if (time < numbers[row + flowSlot.last]!) {
      time = numbers[row + flowSlot.last]!;
      this.#clockBackwards += 1;
    }
    addToRow(numbers, row, packet, time, isForward);
    if (packet.protocol === protocolNumbers.tcp) this.#followTcp(flow, numbers, row, packet.tcpFlags, isForward);
    else table.touch(flow, queue.other);
  }

  /** The capture's end: every flow ends, those first that were quiet longest in their queue. */
  finish(): MeterTally {
    for (let index = 0; index < this.#quietMicros.length; index += 1) {
      for (let flow = this.#table.oldest(index); flow !== NONE; flow = this.#table.oldest(index)) this.#end(flow);
    }
    return {
      flows: this.#flows,
      withoutSyn: this.#withoutSyn,
      clockBackwards: this.#clockBackwards,
      evicted: this.#evicted,
    };
  }

  #endQuietFlows(time: number): void {
    const table = this.#table;
    for (let index = 0; index < this.#quietMicros.length; index += 1) {
      const latest = time - this.#quietMicros[index]!;
      for (let flow = table.oldest(index); flow !== NONE; flow = table.oldest(index)) {
        if (table.numbersOf(flow)[table.rowOf(flow) + flowSlot.last]! >= latest) break;
        this.#end(flow);
      }
    }
  }

  /** The flow that a packet belongs to when there is one of its endpoints: that, its next part, or none. */
  #continueOrEnd(flow: number, packet: Packet): number {
    const table = this.#table;
    const numbers = table.numbersOf(flow);
    const row = table.rowOf(flow);
    const notes = numbers[row + flowSlot.notes]!;
    const isTcp = packet.protocol === protocolNumbers.tcp;
    const reused =
      (notes & note.closed) !== 0 &&
      (packet.tcpFlags & (tcpFlag.syn | tcpFlag.ack)) === tcpFlag.syn &&
      !((notes & note.sawSyn) !== 0 && packet.sequence === numbers[row + flowSlot.sequence]);
    const quietMicros =
      this.#quietMicros[isTcp ? ((notes & note.closed) !== 0 ? queue.closed : queue.tcp) : queue.other]!;
    if (reused || packet.timeMicros - numbers[row + flowSlot.last]! > quietMicros) {
      this.#end(flow);
      return NONE;
    }
    if (packet.timeMicros - numbers[row + flowSlot.first]! <= this.#activeMicros) return flow;
    return this.#beginNextPart(flow, packet);
  }

  #begin(packet: Packet, senderIsLow: boolean): number {
    const table = this.#table;
    if (table.size >= this.#maxFlows) this.#evict();
    const isTcp = packet.protocol === protocolNumbers.tcp;
    const answersSyn = isTcp && (packet.tcpFlags & (tcpFlag.syn | tcpFlag.ack)) === (tcpFlag.syn | tcpFlag.ack);
    const flow = table.insert(isTcp ? queue.tcp : queue.other);
    if (isTcp && (packet.tcpFlags & tcpFlag.syn) === 0) this.#withoutSyn += 1;
    const numbers = table.numbersOf(flow);
    const row = table.rowOf(flow);
    this.#connections += 1;
    numbers[row + flowSlot.connection] = this.#connections;
    numbers[row + flowSlot.connectionFirst] = packet.timeMicros;
    numbers[row + flowSlot.part] = 1;
    numbers[row + flowSlot.icmpType] = packet.icmpType;
    numbers[row + flowSlot.icmpCode] = packet.icmpCode;
    let notes = senderIsLow === answersSyn ? 0 : note.initiatorIsLow;
    if (isTcp && (packet.tcpFlags & tcpFlag.syn) !== 0 && !answersSyn) {
      notes |= note.sawSyn;
      numbers[row + flowSlot.sequence] = packet.sequence;
    }
    numbers[row + flowSlot.notes] = notes;
    return flow;
  }

  /** A connection that outlives the active timeout: another record with the same initiator and state. */
  #beginNextPart(flow: number, packet: Packet): number {
    const table = this.#table;
    const before = table.numbersOf(flow).slice(table.rowOf(flow), table.rowOf(flow) + flowSlots);
    this.#end(flow);
    const next = table.insert(packet.protocol === protocolNumbers.tcp ? queue.tcp : queue.other);
    const numbers = table.numbersOf(next);
    const row = table.rowOf(next);
    for (const slot of carriedOver) numbers[row + slot] = before[slot]!;
    numbers[row + flowSlot.part]! += 1;
    numbers[row + flowSlot.icmpType] = packet.icmpType;
    numbers[row + flowSlot.icmpCode] = packet.icmpCode;
    return next;
  }

  /** After a FIN of both sides the next ACK closes, and an RST at once. */
  #followTcp(flow: number, numbers: Float64Array, row: number, flags: number, isForward: boolean): void {
    let notes = numbers[row + flowSlot.notes]!;
    const bothFins = (notes & BOTH_FINS) === BOTH_FINS;
    if ((flags & tcpFlag.rst) !== 0 || (bothFins && (flags & tcpFlag.ack) !== 0)) notes |= note.closed;
    if ((flags & tcpFlag.fin) !== 0) notes |= isForward ? note.finForward : note.finBackward;
    numbers[row + flowSlot.notes] = notes;
    this.#table.touch(flow, (notes & note.closed) !== 0 ? queue.closed : queue.tcp);
  }

  /** End the flow that was quiet longest: a closed one when there is any. */
  #evict(): void {
    const table = this.#table;
    const candidates = [queue.closed, queue.other, queue.tcp].map((index) => table.oldest(index));
    const flow = candidates.find((candidate) => candidate !== NONE);
    if (flow === undefined) return;
    this.#evicted += 1;
    this.#end(flow);
  }

  #end(flow: number): void {
    const table = this.#table;
    const numbers = table.numbersOf(flow);
    const row = table.rowOf(flow);
    const initiatorIsLow = (numbers[row + flowSlot.notes]! & note.initiatorIsLow) !== 0;
    this.#flows += 1;
    this.#onFlow(readRow(numbers, row, table.endpoints(flow), initiatorIsLow));
    table.remove(flow);
  }
}
