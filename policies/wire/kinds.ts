import { FlamencoError } from "../errors/index.js";

/** How an LF may use a field. */
export type FieldAccess =
  /** Values mean the same everywhere (ports, protocol numbers, TCP flags): literals are fine. */
  | "universal"
  /** Values depend on the network: compare with statistics, not with literals. */
  | "ordinary"
  /** Identifies people: readable only where policy grants it. */
  | "private";

export type FieldType = "number" | "integer" | "category" | "boolean";

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** `s`, `ms`, `B`, `1/s`, `B/s`, `bit/s`, `packets`, or empty for pure numbers and names. */
  readonly unit: string;
  readonly access: FieldAccess;
  readonly meaning: string;
}

export interface Kind {
  readonly name: string;
  readonly title: string;
  readonly fields: readonly Field[];
}

const field = (name: string, type: FieldType, unit: string, meaning: string, access: FieldAccess = "ordinary"): Field =>
  Object.freeze({ name, type, unit, access, meaning });

const directions = [
  ["fwd", "forward (sent by the initiator)"],
  ["bwd", "backward (sent by the responder)"],
] as const;

const summary = (prefix: string, unit: string, of: string): Field[] => [
  field(`${prefix}Min`, "number", unit, `smallest ${of}`),
  field(`${prefix}Mean`, "number", unit, `mean ${of}`),
  field(`${prefix}Max`, "number", unit, `largest ${of}`),
  field(`${prefix}Sd`, "number", unit, `standard deviation (n-1) of ${of}`),
];

const flow: Kind = {
  name: "flow/1",
  title: "Bidirectional network flow. Packet lengths are layer-4 payload bytes, as CICFlowMeter defines them.",
  fields: [
    field("startTimeMs", "number", "ms", "start, milliseconds since 1970-01-01 UTC"),
    field("durationSeconds", "number", "s", "last packet minus first packet"),
    field("srcAddr", "category", "", "address of the initiator", "private"),
    field("dstAddr", "category", "", "address of the responder", "private"),
    field("srcPort", "integer", "", "port of the initiator", "universal"),
    field("dstPort", "integer", "", "port of the responder", "universal"),
    field("protocol", "integer", "", "IP protocol number", "universal"),
    field("tcpFlags", "integer", "", "bitwise or of the TCP flags seen", "universal"),
    field("packets", "integer", "packets", "packets in both directions"),
    field("bytes", "integer", "B", "payload bytes in both directions"),
    field("packetsPerSecond", "number", "1/s", "packets over duration"),
    field("bytesPerSecond", "number", "B/s", "payload bytes over duration"),
    field("bitsPerSecond", "number", "bit/s", "8 times bytesPerSecond"),
    field("bytesPerPacket", "number", "B", "payload bytes over packets"),
    field("averagePacketSize", "number", "B", "CICFlowMeter's Average Packet Size"),
    field("downUpRatio", "number", "", "backward packets over forward packets"),
    ...summary("packetLength", "B", "payload length of a packet, both directions"),
    field("packetLengthVariance", "number", "B2", "variance of the payload length"),
    ...summary("flowIat", "s", "gap between consecutive packets, both directions"),
    ...directions.flatMap(([prefix, direction]) => [
      field(`${prefix}Packets`, "integer", "packets", `packets, ${direction}`),
      field(`${prefix}Bytes`, "integer", "B", `payload bytes, ${direction}`),
      field(`${prefix}PacketsPerSecond`, "number", "1/s", `packets over duration, ${direction}`),
      ...summary(`${prefix}PacketLength`, "B", `payload length of a packet, ${direction}`),
      field(`${prefix}IatTotal`, "number", "s", `sum of the gaps, ${direction}`),
      ...summary(`${prefix}Iat`, "s", `gap between consecutive packets, ${direction}`),
      field(`${prefix}PshFlags`, "integer", "packets", `packets with PSH, ${direction}`),
      field(`${prefix}UrgFlags`, "integer", "packets", `packets with URG, ${direction}`),
      field(`${prefix}HeaderLength`, "integer", "B", `sum of the layer-4 header lengths, ${direction}`),
      field(`${prefix}SegmentSizeAvg`, "number", "B", `mean payload length, ${direction}`),
      field(`${prefix}BytesBulkAvg`, "number", "B", `payload bytes of a bulk, ${direction}`),
      field(`${prefix}PacketsBulkAvg`, "number", "packets", `packets of a bulk, ${direction}`),
      field(`${prefix}BulkRateAvg`, "number", "B/s", `payload rate within bulks, ${direction}`),
      field(`${prefix}SubflowPackets`, "number", "packets", `packets of a subflow, ${direction}`),
      field(`${prefix}SubflowBytes`, "number", "B", `payload bytes of a subflow, ${direction}`),
      field(
        `${prefix}InitWindow`,
        "integer",
        "B",
        `unscaled TCP window of the first packet, ${direction}; -1 without one`,
      ),
    ]),
    field("fwdActDataPackets", "integer", "packets", "forward packets with payload"),
    field("fwdSegmentSizeMin", "integer", "B", "smallest layer-4 header length of forward packets"),
    ...["fin", "syn", "rst", "psh", "ack", "urg", "cwr", "ece"].map((flag) =>
      field(`${flag}FlagCount`, "integer", "packets", `packets with ${flag.toUpperCase()}`),
    ),
    ...summary("active", "s", "time active before an idle time of more than 5 s"),
    ...summary("idle", "s", "idle time of more than 5 s"),
  ],
};

const rtt: Kind = {
  name: "rtt/1",
  title: "Round-trip time sample of a source-destination pair, with trailing-window features of the same pair.",
  fields: [
    field("timeMs", "number", "ms", "time of the probe, milliseconds since 1970-01-01 UTC"),
    field("source", "category", "", "probe", "private"),
    field("destination", "category", "", "target", "private"),
    field("rttMs", "number", "ms", "round-trip time; missing when the probe was lost"),
    field("lost", "boolean", "", "true when no answer came"),
    ...["Count", "Min", "Mean", "Sd", "Q1", "Median", "Q3", "Max"].map((name) =>
      field(`window${name}`, "number", name === "Count" ? "" : "ms", `${name.toLowerCase()} of the trailing window`),
    ),
  ],
};

const freezeKind = (kind: Kind): Kind => Object.freeze({ ...kind, fields: Object.freeze(kind.fields) });

/** Every kind that this version knows, by name. `mosaic/1` extends `flow/1`. */
export const kinds: ReadonlyMap<string, Kind> = new Map(
  [
    flow,
    rtt,
    {
      name: "mosaic/1",
      title: "Flow of a netMosaic run: flow/1 with the service, application and network condition it was made under.",
      fields: [
        ...flow.fields,
        field("service", "category", "", "service that owned the socket", "universal"),
        field("application", "category", "", "application graph that was run", "universal"),
        field("condition", "category", "", "emulated network condition", "universal"),
      ],
    },
  ].map((kind) => [kind.name, freezeKind(kind)]),
);

/** @throws FLM_SCHEMA for a kind that this version does not know. */
export function kindOf(name: string): Kind {
  const kind = kinds.get(name);
  if (kind === undefined) {
    throw new FlamencoError(
      "FLM_SCHEMA",
      `Unknown kind ${JSON.stringify(name)}; known: ${[...kinds.keys()].join(", ")}.`,
    );
  }
  return kind;
}

/** The field of a kind, or undefined. */
export function fieldOf(kind: Kind, name: string): Field | undefined {
  return kind.fields.find((candidate) => candidate.name === name);
}
