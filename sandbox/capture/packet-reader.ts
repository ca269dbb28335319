import { CaptureReader } from "./capture-reader.js";
import type { CaptureDamage } from "./frame.js";
import { findNetworkHeader } from "./link-layer.js";
import { readNetworkHeader } from "./network-layer.js";
import { Packet, type SkipReason, skipReasons } from "./packet.js";
import { readTransportHeader } from "./transport-layer.js";

/** What a capture held: `packets` is the sum of what was handed on and what was skipped. */
export interface PacketTally {
  readonly packets: number;
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** Where the file stopped making sense or was cut off; null when it is whole. */
  readonly damage: CaptureDamage | null;
}

/** Reads the IP packets of a pcap or pcapng file that is handed over in chunks of any size. */
export class PacketReader {
  readonly #onPacket: (packet: Packet) => void;
  readonly #packet = new Packet();
  readonly #reader: CaptureReader;
  readonly #skipped = Object.fromEntries(Object.keys(skipReasons).map((reason) => [reason, 0])) as Record<
    SkipReason,
    number
  >;
  #packets = 0;

  /** @param onPacket gets the same object for every packet, valid during the call */
  constructor(onPacket: (packet: Packet) => void) {
    this.#onPacket = onPacket;
    this.#reader = new CaptureReader((bytes, start, end, timeMicros, linkType, wireBytes) => {
      this.#packets += 1;
      const packet = this.#packet;
      packet.bytes = bytes;
      packet.frameAt = start;
      packet.timeMicros = timeMicros;
      packet.frameBytes = wireBytes;
      const skipped = readFrame(packet, end, linkType);
      if (skipped === null) this.#onPacket(packet);
      else this.#skipped[skipped] += 1;
    });
  }

  /** Packets of the file so far. */
  get packets(): number {
    return this.#packets;
  }

  /** @throws FLM_CAPTURE when the file is no packet capture */
  push(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  /** @throws FLM_CAPTURE when the file is no packet capture */
  finish(): PacketTally {
    const damage = this.#reader.finish();
    return { packets: this.#packets, skipped: { ...this.#skipped }, damage };
  }
}

function readFrame(packet: Packet, end: number, linkType: number): SkipReason | null {
  if (Number.isNaN(packet.timeMicros)) return "no-time";
  const network = findNetworkHeader(packet, end, linkType);
  if (typeof network === "string") return network;
  return readNetworkHeader(packet, network, end) ?? readTransportHeader(packet, end);
}
