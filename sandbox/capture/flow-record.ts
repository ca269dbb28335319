import type { FlowEndpoints } from "./flow-key.js";
import { directionSlot, flowSlot } from "./flow-row.js";
import { mergeSummaries, type SampleSummary, summaryAt, summaryWith } from "./running-stats.js";

const FLAG_BITS = 8;

/** What one side of a flow sent. Times in microseconds. */
export interface DirectionRecord {
  readonly packets: number;
  readonly payloadBytes: number;
  readonly ipBytes: number;
  readonly frameBytes: number;
  /** Payload bytes of a packet. */
  readonly payload: SampleSummary;
  /** Last packet minus first. */
  readonly iatTotal: number;
  readonly iat: SampleSummary;
  readonly headerBytes: number;
  readonly smallestHeader: number;
  readonly pshFlags: number;
  readonly urgFlags: number;
  readonly rstFlags: number;
  readonly dataPackets: number;
  /** TCP window of the first packet, and the first that was not 0 (0 when all were). */
  readonly firstWindow: number;
  readonly firstOpenWindow: number;
  readonly bulks: number;
  readonly bulkPackets: number;
  readonly bulkBytes: number;
  readonly bulkMicros: number;
}

/** A flow that has ended. Times in microseconds. */
export interface FlowRecord {
  readonly endpoints: FlowEndpoints;
  readonly initiatorIsLow: boolean;
  /** Number of the connection in its capture, from 1, and the part of it that this flow is, from 1. */
  readonly connection: number;
  readonly part: number;
  readonly firstMicros: number;
  readonly durationMicros: number;
  readonly connectionMicros: number;
  readonly packets: number;
  readonly payload: SampleSummary;
  readonly iat: SampleSummary;
  /** Gaps of more than 1 s. */
  readonly longGaps: number;
  readonly firstIsForward: boolean;
  readonly forward: DirectionRecord;
  readonly backward: DirectionRecord;
  /** Packets with FIN, SYN, RST, PSH, ACK, URG, ECE, CWR: the order of the flags' bits. */
  readonly flagCounts: Float64Array;
  readonly allFlags: number;
  /** Of the first packet; 0 in other protocols than ICMP and ICMPv6. */
  readonly icmpType: number;
  readonly icmpCode: number;
  /** Times of activity without the last one, and with it. */
  readonly earlierActive: SampleSummary;
  readonly active: SampleSummary;
  readonly idle: SampleSummary;
}

/** The record of a flow from its row of numbers. */
export function readRow(
  numbers: Float64Array,
  row: number,
  endpoints: FlowEndpoints,
  initiatorIsLow: boolean,
): FlowRecord {
  const at = (slot: number) => numbers[row + slot]!;
  const packets = at(flowSlot.packets);
  const forward = readDirection(numbers, row + flowSlot.forward);
  const backward = readDirection(numbers, row + flowSlot.backward);
  const actives = at(flowSlot.actives);
  const earlierActive = summaryAt(numbers, row + flowSlot.active, actives);
  const lastActive = at(flowSlot.activeLast) - at(flowSlot.activeFirst);
  return {
    endpoints,
    initiatorIsLow,
    connection: at(flowSlot.connection),
    part: at(flowSlot.part),
    firstMicros: at(flowSlot.first),
    durationMicros: at(flowSlot.last) - at(flowSlot.first),
    connectionMicros: at(flowSlot.last) - at(flowSlot.connectionFirst),
    packets,
    payload: mergeSummaries(forward.payload, backward.payload),
    iat: summaryAt(numbers, row + flowSlot.iat, packets - 1),
    longGaps: at(flowSlot.longGaps),
    firstIsForward: at(flowSlot.firstIsForward) === 1,
    forward,
    backward,
    flagCounts: numbers.slice(row + flowSlot.flags, row + flowSlot.flags + FLAG_BITS),
    allFlags: at(flowSlot.allFlags),
    icmpType: at(flowSlot.icmpType),
    icmpCode: at(flowSlot.icmpCode),
    earlierActive,
    active: lastActive > 0 ? summaryWith(numbers, row + flowSlot.active, actives, lastActive) : earlierActive,
    idle: summaryAt(numbers, row + flowSlot.idle, at(flowSlot.idles)),
  };
}

function readDirection(numbers: Float64Array, side: number): DirectionRecord {
  const at = (slot: number) => numbers[side + slot]!;
  const packets = at(directionSlot.packets);
  return {
    packets,
    payloadBytes: at(directionSlot.payloadBytes),
    ipBytes: at(directionSlot.ipBytes),
    frameBytes: at(directionSlot.frameBytes),
    payload: summaryAt(numbers, side + directionSlot.payload, packets),
    iatTotal: at(directionSlot.last) - at(directionSlot.first),
    iat: summaryAt(numbers, side + directionSlot.iat, Math.max(0, packets - 1)),
    headerBytes: at(directionSlot.headerBytes),
    smallestHeader: at(directionSlot.smallestHeader),
    pshFlags: at(directionSlot.psh),
    urgFlags: at(directionSlot.urg),
    rstFlags: at(directionSlot.rst),
    dataPackets: at(directionSlot.dataPackets),
    firstWindow: at(directionSlot.firstWindow),
    firstOpenWindow: at(directionSlot.firstOpenWindow),
    bulks: at(directionSlot.bulks),
    bulkPackets: at(directionSlot.bulkPackets),
    bulkBytes: at(directionSlot.bulkBytes),
    bulkMicros: at(directionSlot.bulkMicros),
  };
}
