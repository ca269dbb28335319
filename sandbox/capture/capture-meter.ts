import { FlowMeter, type MeterTally } from "./flow-meter.js";
import type { FlowRecord } from "./flow-record.js";
import type { MeterTimeouts } from "./meter-options.js";
import { PacketReader, type PacketTally } from "./packet-reader.js";

/** What a capture held and what became of it. */
export interface CaptureTally {
  readonly packets: PacketTally;
  readonly flows: MeterTally;
}

/** A capture, handed over in chunks of any size, as flows. */
export class CaptureMeter {
  readonly #meter: FlowMeter;
  readonly #reader: PacketReader;

  /** @param hashSeed see `FlowMeter` */
  constructor(onFlow: (flow: FlowRecord) => void, timeouts: MeterTimeouts, hashSeed: number) {
    this.#meter = new FlowMeter(onFlow, timeouts, hashSeed);
    this.#reader = new PacketReader((packet) => this.#meter.add(packet));
  }

  /** Packets so far. */
  get packets(): number {
    return this.#reader.packets;
  }

  /** @throws FLM_CAPTURE when the file is no packet capture */
  push(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  /** The file's end: what was read is metered, also when the file is damaged. @throws FLM_CAPTURE */
  finish(): CaptureTally {
    const packets = this.#reader.finish();
    return { packets, flows: this.#meter.finish() };
  }
}
