import { readFileSync } from "node:fs";
import {
  CaptureMeter,
  type CaptureTally,
  type FlowRecord,
  formatAddress,
  type MeterTimeouts,
  type Packet,
  PacketReader,
  type PacketTally,
  timeoutsOf,
} from "@flamenco/sandbox/capture";

/** A packet as plain values. */
export interface PlainPacket {
  readonly timeMicros: number;
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly protocol: number;
  readonly vlan: number;
  readonly ipBytes: number;
  readonly frameBytes: number;
  readonly headerBytes: number;
  readonly payloadBytes: number;
  readonly capturedPayload: number;
  readonly tcpFlags: number;
}

export function plainPacket(packet: Packet): PlainPacket {
  const { bytes, version, timeMicros, srcPort, dstPort, protocol, vlan, ipBytes, frameBytes } = packet;
  const { headerBytes, payloadBytes, payloadAt, payloadEnd, tcpFlags } = packet;
  return {
    timeMicros,
    src: formatAddress(bytes, packet.srcAddrAt, version),
    dst: formatAddress(bytes, packet.dstAddrAt, version),
    srcPort,
    dstPort,
    protocol,
    vlan,
    ipBytes,
    frameBytes,
    headerBytes,
    payloadBytes,
    capturedPayload: Math.max(0, payloadEnd - payloadAt),
    tcpFlags,
  };
}

/** Bytes in pieces of a size. */
export function* inChunks(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** All packets of a capture. */
export function readPackets(
  capture: Buffer,
  chunkBytes: number = capture.length,
): { packets: PlainPacket[]; tally: PacketTally } {
  const packets: PlainPacket[] = [];
  const reader = new PacketReader((packet) => packets.push(plainPacket(packet)));
  for (const chunk of inChunks(capture, chunkBytes)) reader.push(chunk);
  return { packets, tally: reader.finish() };
}

/** All flows of a capture, in the order in which they end. */
export function meterFlows(
  capture: Buffer,
  { timeouts = timeoutsOf("corrected"), chunkBytes = capture.length, seed = 1 }: MeterSettings = {},
): { flows: FlowRecord[]; tally: CaptureTally } {
  const flows: FlowRecord[] = [];
  const meter = new CaptureMeter((flow) => flows.push(flow), timeouts, seed);
  for (const chunk of inChunks(capture, chunkBytes)) meter.push(chunk);
  return { flows, tally: meter.finish() };
}

interface MeterSettings {
  readonly timeouts?: MeterTimeouts;
  readonly chunkBytes?: number;
  readonly seed?: number;
}

/** Real captures and other tools' results, beside the repository where they are. */
export const sharedData = new URL("../../../../../shared/data/", import.meta.url);

export const readShared = (path: string): Buffer => readFileSync(new URL(path, sharedData));

/** Addresses and ports of a flow's two ends, the initiator's first. */
export function endsOf({ endpoints, initiatorIsLow }: FlowRecord) {
  const { version, low, high, lowPort, highPort } = endpoints;
  const ends = [
    { address: formatAddress(low, 0, version), port: lowPort },
    { address: formatAddress(high, 0, version), port: highPort },
  ] as const;
  return initiatorIsLow ? { src: ends[0], dst: ends[1] } : { src: ends[1], dst: ends[0] };
}
