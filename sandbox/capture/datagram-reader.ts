import { formatAddress } from "./ip-address.js";
import { protocolNumbers } from "./packet.js";
import { PacketReader, type PacketTally } from "./packet-reader.js";

/** One UDP datagram of a capture. */
export interface Datagram {
  readonly timeMicros: number;
  readonly srcAddr: string;
  readonly dstAddr: string;
  readonly srcPort: number;
  readonly dstPort: number;
  /** What was captured of the payload; lent for the time of the call. */
  readonly payload: Buffer;
  /** Length of the payload on the wire: larger when it was captured in part. */
  readonly payloadBytes: number;
}

/** Reads the UDP payloads of a pcap or pcapng file. First fragments count, with the payload that they carry. */
export class DatagramReader {
  readonly #packets: PacketReader;

  constructor(onDatagram: (datagram: Datagram) => void) {
    this.#packets = new PacketReader((packet) => {
      if (packet.protocol !== protocolNumbers.udp) return;
      const { bytes, version, payloadAt, payloadEnd } = packet;
      onDatagram({
        timeMicros: packet.timeMicros,
        srcAddr: formatAddress(bytes, packet.srcAddrAt, version),
        dstAddr: formatAddress(bytes, packet.dstAddrAt, version),
        srcPort: packet.srcPort,
        dstPort: packet.dstPort,
        payload: bytes.subarray(payloadAt, payloadEnd),
        payloadBytes: packet.payloadBytes,
      });
    });
  }

  /** @throws FLM_CAPTURE when the file is no packet capture */
  push(chunk: Buffer): void {
    this.#packets.push(chunk);
  }

  /** @throws FLM_CAPTURE when the file is no packet capture */
  finish(): PacketTally {
    return this.#packets.finish();
  }
}
