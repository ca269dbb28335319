import { basicFeatures, payloadOf } from "./basic-features.js";
import { type FlowFeature, feature, ratio, summaryFeatures, toSeconds } from "./flow-feature.js";
import type { DirectionRecord, FlowRecord } from "./flow-record.js";
import { protocolNumbers } from "./packet.js";

/** CICFlowMeter's value for a window where there is none. */
const NO_WINDOW = -1;

/** Window of the first packet of a TCP direction, -1 without one. */
export function windowOf(flow: FlowRecord, { packets }: DirectionRecord, window: number): number {
  return flow.endpoints.protocol === protocolNumbers.tcp && packets > 0 ? window : NO_WINDOW;
}

const subflowsOf = ({ longGaps }: FlowRecord): number => 1 + longGaps;

function directionFeatures(prefix: "fwd" | "bwd", of: (flow: FlowRecord) => DirectionRecord): readonly FlowFeature[] {
  const d = prefix === "fwd" ? "f" : "b";
  const one = (name: string, formula: string, value: (direction: DirectionRecord) => number) =>
    feature(`${prefix}${name}`, formula, (flow) => value(of(flow)));
  return [
    ...summaryFeatures(`${prefix}PacketLength`, `payload, ${prefix}`, (flow) => of(flow).payload),
    one("IatTotal", `t_last,${d} - t_first,${d}`, ({ iatTotal }) => toSeconds(iatTotal)),
    ...summaryFeatures(`${prefix}Iat`, `gaps, ${prefix}`, (flow) => of(flow).iat, toSeconds),
    one("PshFlags", "packets with PSH", ({ pshFlags }) => pshFlags),
    one("UrgFlags", "packets with URG", ({ urgFlags }) => urgFlags),
    one("RstFlags", "packets with RST", ({ rstFlags }) => rstFlags),
    one("HeaderLength", `H_${d}, the sum of layer-4 header lengths`, ({ headerBytes }) => headerBytes),
    one("SegmentSizeAvg", `S_${d} / N_${d}: the same as ${prefix}PacketLengthMean`, ({ payload }) => payload.mean),
    one("BytesBulkAvg", "payload bytes in bulks / bulks", ({ bulkBytes, bulks }) => ratio(bulkBytes, bulks)),
    one("PacketsBulkAvg", "packets in bulks / bulks", ({ bulkPackets, bulks }) => ratio(bulkPackets, bulks)),
    one("BulkRateAvg", "payload bytes in bulks / their duration", ({ bulkBytes, bulkMicros }) =>
      ratio(bulkBytes, toSeconds(bulkMicros)),
    ),
    feature(`${prefix}SubflowPackets`, `N_${d} / (1 + gaps over 1 s)`, (flow) => of(flow).packets / subflowsOf(flow)),
    feature(
      `${prefix}SubflowBytes`,
      `S_${d} / (1 + gaps over 1 s)`,
      (flow) => of(flow).payloadBytes / subflowsOf(flow),
    ),
    feature(`${prefix}InitWindow`, "raw TCP window of the first packet; -1 without TCP or packet", (flow) =>
      windowOf(flow, of(flow), of(flow).firstWindow),
    ),
    one("ActDataPackets", "packets with payload", ({ dataPackets }) => dataPackets),
    one("SegmentSizeMin", "min(layer-4 header length); 0 without packets", ({ smallestHeader }) => smallestHeader),
  ];
}

/** In the order of the flags' bits. */
const flags = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"] as const;

/** All features that CICFlowMeter has and this meter defines: the set `cic`. */
export const cicFeatures: readonly FlowFeature[] = Object.freeze([
  ...basicFeatures,
  feature("averagePacketSize", "(S_f + S_b) / (N_f + N_b): the same as packetLengthMean", (flow) =>
    ratio(payloadOf(flow), flow.packets),
  ),
  feature("downUpRatio", "N_b / N_f; 0 without forward packets", ({ forward, backward }) =>
    ratio(backward.packets, forward.packets),
  ),
  ...summaryFeatures("packetLength", "payload, both", ({ payload }) => payload),
  feature("packetLengthVariance", "variance(payload, both)", ({ payload }) => payload.variance),
  ...summaryFeatures("flowIat", "gaps, both", ({ iat }) => iat, toSeconds),
  ...directionFeatures("fwd", ({ forward }) => forward),
  ...directionFeatures("bwd", ({ backward }) => backward),
  ...flags.map((flag, bit) =>
    feature(`${flag}FlagCount`, `packets with ${flag.toUpperCase()}`, ({ flagCounts }) => flagCounts[bit]!),
  ),
  ...summaryFeatures("active", "times between gaps over 5 s, the last one too", ({ active }) => active, toSeconds),
  ...summaryFeatures("idle", "gaps over 5 s", ({ idle }) => idle, toSeconds),
]);
