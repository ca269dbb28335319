import {
  categoryField,
  defineKind,
  type Field,
  type FieldUnit,
  integerField,
  numberField,
  timeField,
} from "./field.js";

const UNIVERSAL = Object.freeze({ access: "universal" });

const directions = [
  ["fwd", "forward (sent by the initiator)"],
  ["bwd", "backward (sent by the responder)"],
] as const;

/** What a bulk is: design of the flow features, section 3. */
const BULK = "bulk (4 or more packets with payload one way, none the other way between them, gaps of at most 1 s)";
/** What a subflow is: section 4. */
const SUBFLOW = "subflow (part of a flow between gaps of more than 1 s)";

const summary = (prefix: string, unit: FieldUnit, of: string): Field[] => [
  numberField(`${prefix}Min`, unit, `smallest ${of}`),
  numberField(`${prefix}Mean`, unit, `mean ${of}`),
  numberField(`${prefix}Max`, unit, `largest ${of}`),
  numberField(`${prefix}Sd`, unit, `standard deviation (n-1) of ${of}`),
];

const identification: readonly Field[] = [
  timeField("startTimeMs", "start"),
  numberField("durationSeconds", "s", "last packet minus first packet"),
  categoryField("srcAddr", "address of the initiator", "private"),
  categoryField("dstAddr", "address of the responder", "private"),
  categoryField("vlanId", "VLAN identifier of the frames, the outermost first, with a dot between two", "private"),
  categoryField("connectionId", "connection within its capture, the same in all parts of a long one", "private"),
  integerField("connectionPart", "", "part of the connection that the flow is, from 1; long connections have several", {
    min: 1,
  }),
  numberField(
    "connectionDurationSeconds",
    "s",
    "last packet minus first packet of the connection, earlier parts included",
  ),
  integerField("srcPort", "", "port of the initiator", { ...UNIVERSAL, max: 65_535 }),
  integerField("dstPort", "", "port of the responder", { ...UNIVERSAL, max: 65_535 }),
  integerField("protocol", "", "IP protocol number", { ...UNIVERSAL, max: 255 }),
  integerField("icmpType", "", "type of the first ICMP or ICMPv6 message; missing in other protocols", {
    ...UNIVERSAL,
    max: 255,
  }),
  integerField("icmpCode", "", "code of the first ICMP or ICMPv6 message; missing in other protocols", {
    ...UNIVERSAL,
    max: 255,
  }),
  integerField("tcpFlags", "", "bitwise or of the TCP flags seen, FIN the lowest bit", { ...UNIVERSAL, max: 511 }),
];

/** Tools count bytes at three layers; a dataset has those that its tool counted, and no field means two things. */
const volumes: readonly Field[] = [
  integerField("packets", "packets", "packets in both directions"),
  integerField("bytes", "B", "payload bytes in both directions"),
  integerField("ipBytes", "B", "bytes of the IP packets, IP headers included, in both directions"),
  integerField("frameBytes", "B", "bytes of the link-layer frames, without checksum, in both directions"),
  numberField("packetsPerSecond", "1/s", "packets over duration"),
  numberField("bytesPerSecond", "B/s", "payload bytes over duration"),
  numberField("bitsPerSecond", "bit/s", "8 times bytesPerSecond"),
  numberField("bytesPerPacket", "B", "payload bytes over packets"),
  numberField("ipBytesPerSecond", "B/s", "bytes of the IP packets over duration"),
  numberField("ipBitsPerSecond", "bit/s", "8 times ipBytesPerSecond, the bps of nfdump"),
  numberField("ipBytesPerPacket", "B", "bytes of the IP packets over packets, the bpp of nfdump"),
  numberField("averagePacketSize", "B", "CICFlowMeter's Average Packet Size: payload bytes over packets"),
  numberField("downUpRatio", "", "backward packets over forward packets"),
];

const directional = ([prefix, direction]: (typeof directions)[number]): Field[] => [
  integerField(`${prefix}Packets`, "packets", `packets, ${direction}`),
  integerField(`${prefix}Bytes`, "B", `payload bytes, ${direction}`),
  integerField(`${prefix}IpBytes`, "B", `bytes of the IP packets, IP headers included, ${direction}`),
  integerField(`${prefix}FrameBytes`, "B", `bytes of the link-layer frames, without checksum, ${direction}`),
  numberField(`${prefix}PacketsPerSecond`, "1/s", `packets over duration, ${direction}`),
  ...summary(`${prefix}PacketLength`, "B", `payload length of a packet, ${direction}`),
  numberField(`${prefix}IatTotal`, "s", `sum of the gaps, ${direction}`),
  ...summary(`${prefix}Iat`, "s", `gap between consecutive packets, ${direction}`),
  integerField(`${prefix}PshFlags`, "packets", `packets with PSH, ${direction}`),
  integerField(`${prefix}UrgFlags`, "packets", `packets with URG, ${direction}`),
  integerField(`${prefix}RstFlags`, "packets", `packets with RST, ${direction}`),
  integerField(`${prefix}HeaderLength`, "B", `sum of the layer-4 header lengths, ${direction}`),
  numberField(`${prefix}SegmentSizeAvg`, "B", `mean payload length, ${direction}`),
  numberField(`${prefix}BytesBulkAvg`, "B", `mean payload bytes of a ${BULK}, ${direction}`),
  numberField(`${prefix}PacketsBulkAvg`, "packets", `mean packets of a ${BULK}, ${direction}`),
  numberField(`${prefix}BulkRateAvg`, "B/s", `payload rate within each ${BULK}, ${direction}`),
  numberField(`${prefix}SubflowPackets`, "packets", `mean packets of a ${SUBFLOW}, ${direction}`),
  numberField(`${prefix}SubflowBytes`, "B", `mean payload bytes of a ${SUBFLOW}, ${direction}`),
  integerField(`${prefix}InitWindow`, "B", `unscaled TCP window of the first packet, ${direction}; -1 without one`, {
    min: -1,
    max: 65_535,
  }),
  integerField(`${prefix}ActDataPackets`, "packets", `packets with payload, ${direction}`),
  integerField(`${prefix}SegmentSizeMin`, "B", `smallest layer-4 header length, ${direction}`),
  integerField(
    `${prefix}TcpRetransmissions`,
    "packets",
    `TCP packets whose sequence number, acknowledgment, length and window were seen before, ${direction}`,
  ),
];

/** Features in seconds and bytes where CICFlowMeter has microseconds; each defined in the design of the flow features. */
export const flowKind = defineKind(
  "flow/1",
  "Bidirectional network flow. Packet lengths are layer-4 payload bytes, as CICFlowMeter defines them.",
  [
    ...identification,
    ...volumes,
    ...summary("packetLength", "B", "payload length of a packet, both directions"),
    numberField("packetLengthVariance", "B2", "variance (n-1) of the payload length, both directions"),
    ...summary("flowIat", "s", "gap between consecutive packets, both directions"),
    ...directions.flatMap(directional),
    ...["fin", "syn", "rst", "psh", "ack", "urg", "cwr", "ece"].map((flag) =>
      integerField(`${flag}FlagCount`, "packets", `packets with ${flag.toUpperCase()}, both directions`),
    ),
    integerField("tcpRetransmissions", "packets", "fwdTcpRetransmissions plus bwdTcpRetransmissions"),
    ...summary("active", "s", "time active before an idle time of more than 5 s"),
    ...summary("idle", "s", "idle time of more than 5 s"),
  ],
);
