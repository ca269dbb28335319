import { type FlowFeature, feature, rate, toSeconds } from "./flow-feature.js";
import type { DirectionRecord, FlowRecord } from "./flow-record.js";
import { formatAddress } from "./ip-address.js";
import { protocolNumbers } from "./packet.js";

/** Payload bytes of both directions. */
export function payloadOf({ forward, backward }: FlowRecord): number {
  return forward.payloadBytes + backward.payloadBytes;
}

const ipBytesOf = ({ forward, backward }: FlowRecord): number => forward.ipBytes + backward.ipBytes;

function addressOf({ endpoints, initiatorIsLow }: FlowRecord, ofInitiator: boolean): string {
  const bytes = initiatorIsLow === ofInitiator ? endpoints.low : endpoints.high;
  return formatAddress(bytes, 0, endpoints.version);
}

function portOf({ endpoints, initiatorIsLow }: FlowRecord, ofInitiator: boolean): number {
  return initiatorIsLow === ofInitiator ? endpoints.lowPort : endpoints.highPort;
}

/** One tag as its number, two as outer.inner. */
function vlanOf({ endpoints: { vlan } }: FlowRecord): string | null {
  if (vlan === 0) return null;
  return vlan > 0xfff ? `${vlan >>> 12}.${vlan & 0xfff}` : String(vlan);
}

function ofIcmp({ endpoints: { protocol } }: FlowRecord, value: number): number | null {
  return protocol === protocolNumbers.icmp || protocol === protocolNumbers.icmp6 ? value : null;
}

const NO_ICMP = "protocols other than ICMP and ICMPv6";

const identification: readonly FlowFeature[] = [
  feature("startTimeMs", "t_first", ({ firstMicros }) => firstMicros / 1000),
  feature("durationSeconds", "t_last - t_first", ({ durationMicros }) => toSeconds(durationMicros)),
  feature("srcAddr", "address of the initiator: who sent the first packet; of a SYN+ACK, who got it", (flow) =>
    addressOf(flow, true),
  ),
  feature("dstAddr", "address of the responder", (flow) => addressOf(flow, false)),
  feature("vlanId", "VLAN tags of the frames", vlanOf, "frames without a tag"),
  feature("connectionId", "number of the connection in the capture, from 1", ({ connection }) => String(connection)),
  feature(
    "connectionPart",
    "1 + earlier parts of the connection, each ended by the active timeout",
    ({ part }) => part,
  ),
  feature("connectionDurationSeconds", "t_last - t_first of the connection's first part", ({ connectionMicros }) =>
    toSeconds(connectionMicros),
  ),
  feature("srcPort", "port of the initiator (TCP, UDP, SCTP), else 0", (flow) => portOf(flow, true)),
  feature("dstPort", "port of the responder (TCP, UDP, SCTP), else 0", (flow) => portOf(flow, false)),
  feature(
    "protocol",
    "IP protocol number behind extension headers; of a tunnel, the outer packet's",
    ({ endpoints }) => endpoints.protocol,
  ),
  feature("icmpType", "type of the first packet", (flow) => ofIcmp(flow, flow.icmpType), NO_ICMP),
  feature("icmpCode", "code of the first packet", (flow) => ofIcmp(flow, flow.icmpCode), NO_ICMP),
  feature("tcpFlags", "bitwise or of the flags bytes; 0 of other protocols", ({ allFlags }) => allFlags),
];

const volumes: readonly FlowFeature[] = [
  feature("packets", "N_f + N_b", ({ packets }) => packets),
  feature("bytes", "S_f + S_b", payloadOf),
  feature("ipBytes", "sum of the IP packets' lengths by their headers", ipBytesOf),
  feature(
    "frameBytes",
    "sum of the frames' lengths on the wire",
    ({ forward, backward }) => forward.frameBytes + backward.frameBytes,
  ),
  feature("packetsPerSecond", "(N_f + N_b) / duration; 0 without one", (flow) => rate(flow.packets, flow)),
  feature("bytesPerSecond", "(S_f + S_b) / duration; 0 without one", (flow) => rate(payloadOf(flow), flow)),
  feature("bitsPerSecond", "8 bytesPerSecond", (flow) => 8 * rate(payloadOf(flow), flow)),
  feature("bytesPerPacket", "(S_f + S_b) / (N_f + N_b)", (flow) => payloadOf(flow) / flow.packets),
  feature("ipBytesPerSecond", "ipBytes / duration; 0 without one", (flow) => rate(ipBytesOf(flow), flow)),
  feature("ipBitsPerSecond", "8 ipBytesPerSecond", (flow) => 8 * rate(ipBytesOf(flow), flow)),
  feature("ipBytesPerPacket", "ipBytes / (N_f + N_b)", (flow) => ipBytesOf(flow) / flow.packets),
];

function directionVolumes(prefix: "fwd" | "bwd", of: (flow: FlowRecord) => DirectionRecord): readonly FlowFeature[] {
  const d = prefix === "fwd" ? "f" : "b";
  return [
    feature(`${prefix}Packets`, `N_${d}`, (flow) => of(flow).packets),
    feature(`${prefix}Bytes`, `S_${d}, the sum of payload lengths`, (flow) => of(flow).payloadBytes),
    feature(`${prefix}IpBytes`, "sum of the IP packets' lengths", (flow) => of(flow).ipBytes),
    feature(`${prefix}FrameBytes`, "sum of the frames' lengths on the wire", (flow) => of(flow).frameBytes),
    feature(`${prefix}PacketsPerSecond`, `N_${d} / duration; 0 without one`, (flow) => rate(of(flow).packets, flow)),
  ];
}

/** Who, when, how much: the set `basic`. */
export const basicFeatures: readonly FlowFeature[] = Object.freeze([
  ...identification,
  ...volumes,
  ...directionVolumes("fwd", ({ forward }) => forward),
  ...directionVolumes("bwd", ({ backward }) => backward),
]);
