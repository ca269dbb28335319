import { pick, type Random, seededRandom } from "./random.js";

export type MockCells = Record<string, number | string | boolean | null>;

interface Service {
  readonly weight: number;
  readonly protocol: number;
  readonly port: number;
  /** Median forward packets, payload bytes of a packet, and seconds of a flow. */
  readonly packets: number;
  readonly payload: number;
  readonly seconds: number;
  /** Backward packets for each forward one. */
  readonly reply: number;
  readonly reflected?: true;
}

/** What runs over a made-up network: enough variety that a rule about ports, sizes or times has something to find. */
const services: readonly [Service, ...Service[]] = [
  { weight: 45, protocol: 6, port: 443, packets: 14, payload: 500, seconds: 4, reply: 1.2 },
  { weight: 12, protocol: 6, port: 80, packets: 9, payload: 420, seconds: 2, reply: 1.1 },
  { weight: 4, protocol: 6, port: 22, packets: 30, payload: 90, seconds: 40, reply: 1 },
  { weight: 22, protocol: 17, port: 53, packets: 1, payload: 60, seconds: 0.05, reply: 1 },
  { weight: 5, protocol: 17, port: 123, packets: 1, payload: 48, seconds: 0.05, reply: 1 },
  { weight: 3, protocol: 1, port: 0, packets: 3, payload: 56, seconds: 2, reply: 1 },
  // A reflector answers at length whoever never asked.
  { weight: 9, protocol: 17, port: 123, packets: 60, payload: 440, seconds: 3, reply: 0, reflected: true },
];

const longestPayload = 1460;
/** Bytes of an IPv4 and of an Ethernet header, without options and tags. */
const [ipHeader, ethernetHeader] = [20, 14];
const firstStartMs = Date.UTC(2026, 0, 5);

interface Summary {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly sd: number;
}

const none: Summary = Object.freeze({ min: 0, mean: 0, max: 0, sd: 0 });

/** A possible summary of `count` values with this mean, all in [0, ceiling]: min <= mean <= max, sd within its bound. */
function summarize(random: Random, mean: number, count: number, ceiling: number): Summary {
  if (count === 0) return none;
  if (count === 1) return { min: mean, mean, max: mean, sd: 0 };
  const min = mean * (1 - random.uniform());
  const max = Math.min(ceiling, mean * (1 + random.logNormal(0.6, 0.8)));
  // No values in [min, max] with this mean spread further (Bhatia and Davis, 2000).
  const widest = Math.sqrt(Math.max(0, (max - mean) * (mean - min)));
  return { min, mean, max, sd: widest * random.uniform() };
}

function summaryCells(prefix: string, { min, mean, max, sd }: Summary): MockCells {
  return { [`${prefix}Min`]: min, [`${prefix}Mean`]: mean, [`${prefix}Max`]: max, [`${prefix}Sd`]: sd };
}

/** Summary of two groups taken together. */
function join(one: Summary, ones: number, other: Summary, others: number): Summary {
  if (ones === 0 || others === 0) return ones === 0 ? other : one;
  const count = ones + others;
  const mean = (one.mean * ones + other.mean * others) / count;
  const within = (ones - 1) * one.sd ** 2 + (others - 1) * other.sd ** 2;
  const between = ones * (one.mean - mean) ** 2 + others * (other.mean - mean) ** 2;
  const sd = Math.sqrt((within + between) / (count - 1));
  return { min: Math.min(one.min, other.min), mean, max: Math.max(one.max, other.max), sd };
}

interface Direction {
  readonly packets: number;
  readonly bytes: number;
  readonly ipBytes: number;
  readonly retransmissions: number;
  readonly lengths: Summary;
  readonly cells: MockCells;
}

function mockDirection(
  random: Random,
  prefix: "fwd" | "bwd",
  { packets, payload, seconds, tcp }: { packets: number; payload: number; seconds: number; tcp: boolean },
): Direction {
  const bytes = Math.round(Math.min(longestPayload, random.logNormal(payload, 0.5)) * packets);
  const lengths = summarize(random, packets === 0 ? 0 : bytes / packets, packets, longestPayload);
  const span = packets < 2 ? 0 : seconds * (1 - 0.3 * random.uniform());
  const gaps = packets < 2 ? none : summarize(random, span / (packets - 1), packets - 1, span);
  const bulk = packets > 20 ? packets / 4 : 0;
  const header = tcp ? 20 : 8;
  const ipBytes = bytes + packets * (header + ipHeader);
  const retransmissions = tcp && random.chance(0.1) ? Math.min(packets, random.whole(1, 3)) : 0;
  const cells = {
    [`${prefix}Packets`]: packets,
    [`${prefix}Bytes`]: bytes,
    [`${prefix}IpBytes`]: ipBytes,
    [`${prefix}FrameBytes`]: ipBytes + packets * ethernetHeader,
    [`${prefix}PacketsPerSecond`]: seconds > 0 ? packets / seconds : null,
    ...summaryCells(`${prefix}PacketLength`, lengths),
    [`${prefix}IatTotal`]: span,
    ...summaryCells(`${prefix}Iat`, gaps),
    [`${prefix}PshFlags`]: tcp ? Math.min(packets, random.whole(0, 3)) : 0,
    [`${prefix}UrgFlags`]: 0,
    [`${prefix}HeaderLength`]: packets * header,
    [`${prefix}SegmentSizeAvg`]: lengths.mean,
    [`${prefix}BytesBulkAvg`]: bulk * lengths.mean,
    [`${prefix}PacketsBulkAvg`]: bulk,
    [`${prefix}BulkRateAvg`]: seconds > 0 ? (bulk * lengths.mean) / seconds : 0,
    [`${prefix}SubflowPackets`]: packets,
    [`${prefix}SubflowBytes`]: bytes,
    [`${prefix}InitWindow`]: tcp && packets > 0 ? random.whole(0, 65_535) : -1,
    [`${prefix}ActDataPackets`]: bytes > 0 ? packets : 0,
    [`${prefix}SegmentSizeMin`]: packets > 0 ? header : 0,
    [`${prefix}TcpRetransmissions`]: retransmissions,
  };
  return { packets, bytes, ipBytes, retransmissions, lengths, cells };
}

/** A source of made-up flows. What one field says agrees with the others: sums, rates, and min <= mean <= max. */
export function mockFlows(seed: number): () => MockCells {
  const random = seededRandom(seed);
  let clock = firstStartMs;
  let connections = 0;
  return () => {
    connections += 1;
    clock += random.logNormal(40, 1);
    const service = pick(random, services);
    const { protocol, port } = service;
    const [tcp, reflected] = [protocol === 6, service.reflected === true];
    const forward = Math.max(1, Math.round(random.logNormal(service.packets, tcp ? 1.1 : 0.6)));
    const backward = Math.round(forward * service.reply * (random.chance(0.06) ? 0 : random.logNormal(1, 0.3)));
    const packets = forward + backward;
    const seconds = packets < 2 ? 0 : random.logNormal(service.seconds, 1.2);
    const fwd = mockDirection(random, "fwd", { packets: forward, payload: service.payload, seconds, tcp });
    const bwd = mockDirection(random, "bwd", { packets: backward, payload: 2 * service.payload, seconds, tcp });
    const bytes = fwd.bytes + bwd.bytes;
    const lengths = join(fwd.lengths, fwd.packets, bwd.lengths, bwd.packets);
    const gaps = packets < 2 ? none : summarize(random, seconds / (packets - 1), packets - 1, seconds);
    const idle =
      seconds > 5 && random.chance(0.5) ? summarize(random, 5 + seconds / 10, random.whole(1, 3), 120) : none;
    const client = random.whole(32_768, 60_999);
    const ipBytes = fwd.ipBytes + bwd.ipBytes;
    const perSecond = (total: number): number | null => (seconds > 0 ? total / seconds : null);
    return {
      startTimeMs: Math.floor(clock),
      durationSeconds: seconds,
      // Documentation networks (RFC 5737): nobody's address.
      srcAddr: `192.0.2.${random.whole(1, 254)}`,
      dstAddr: `198.51.100.${random.whole(1, 254)}`,
      srcPort: port === 0 ? 0 : reflected ? port : client,
      dstPort: port === 0 ? 0 : reflected ? client : port,
      protocol,
      // Of ICMP, made-up networks send echo requests only.
      icmpType: protocol === 1 ? 8 : null,
      icmpCode: protocol === 1 ? 0 : null,
      vlanId: null,
      connectionId: String(connections),
      connectionPart: 1,
      connectionDurationSeconds: seconds,
      packets,
      bytes,
      ipBytes,
      frameBytes: ipBytes + packets * ethernetHeader,
      packetsPerSecond: perSecond(packets),
      bytesPerSecond: perSecond(bytes),
      bitsPerSecond: perSecond(8 * bytes),
      bytesPerPacket: bytes / packets,
      ipBytesPerSecond: perSecond(ipBytes),
      ipBitsPerSecond: perSecond(8 * ipBytes),
      ipBytesPerPacket: ipBytes / packets,
      averagePacketSize: bytes / packets,
      downUpRatio: bwd.packets / fwd.packets,
      ...summaryCells("packetLength", lengths),
      packetLengthVariance: lengths.sd ** 2,
      ...summaryCells("flowIat", gaps),
      ...fwd.cells,
      ...bwd.cells,
      tcpRetransmissions: fwd.retransmissions + bwd.retransmissions,
      ...mockFlags(random, tcp, packets),
      ...summaryCells("active", idle === none ? none : summarize(random, seconds / 4, 2, seconds)),
      ...summaryCells("idle", idle),
    };
  };
}

function mockFlags(random: Random, tcp: boolean, packets: number): MockCells {
  const flags = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"] as const;
  const likely: Readonly<Record<string, number>> = { fin: 0.7, syn: 0.95, rst: 0.1, psh: 0.8, ack: 1 };
  const counts: Readonly<Record<string, number>> = { rst: 1, ack: Math.max(1, packets - 1) };
  let tcpFlags = 0;
  const cells: MockCells = {};
  for (const [bit, flag] of flags.entries()) {
    const seen = tcp && random.chance(likely[flag] ?? 0.002);
    if (seen) tcpFlags |= 2 ** bit;
    cells[`${flag}FlagCount`] = seen ? (counts[flag] ?? Math.min(packets, 2)) : 0;
  }
  return { ...cells, tcpFlags, fwdRstFlags: cells.rstFlagCount ?? 0, bwdRstFlags: 0 };
}
