import { fieldOf, kindOf } from "@flamenco/policies/wire";
import {
  cicHeaders,
  cicRow,
  type FeatureSetName,
  featureManifest,
  featureSets,
  featuresOf,
  hasRow,
  type MeterMode,
  pcapFormat,
  rowOf,
  timeoutsOf,
} from "@flamenco/sandbox/capture";
import t from "tap";
import { meterFlows } from "./capture-fixture.js";
import { ipv4, pcap, type TcpOptions, tcp, udp } from "./packet-bytes.js";

const START = 1_600_000_000_000_500;
const FIN = 1;
const SYN = 2;

const PSH = 8;
const ACK = 16;
const URG = 32;
const ECE = 64;
const CWR = 128;

const sent = (at: number, forward: boolean, options: TcpOptions) => ({
  micros: START + at * 1e6,
  bytes: forward
    ? ipv4(tcp(4000, 80, options), { src: "10.0.0.2", dst: "10.0.0.1", protocol: 6 })
    : ipv4(tcp(80, 4000, options), { src: "10.0.0.1", dst: "10.0.0.2", protocol: 6 }),
});

/** A connection whose features are easy to work out by hand. */
const connection = [
  sent(0, true, { flags: SYN | ECE | CWR, window: 8192, options: 20 }),
  sent(0.5, false, { flags: SYN | ACK, window: 0, options: 20 }),
  sent(1, true, { flags: PSH | ACK, payload: 100 }),
  sent(1.2, true, { payload: 200 }),
  sent(1.4, true, { flags: ACK | URG, payload: 300 }),
  sent(1.6, true, { payload: 400 }),
  sent(1.7, true, { payload: 500 }),
  sent(2, false, { flags: PSH | ACK, window: 700, payload: 50 }),
  sent(8, false, { payload: 60 }),
  sent(9.5, true, { flags: FIN | ACK }),
];

/** Cells of the flow of a capture by field. */
function cellsOf(frames: typeof connection, mode: MeterMode = "corrected", set: FeatureSetName = "cic") {
  const { flows } = meterFlows(pcap(frames, { linkType: 101 }), { timeouts: timeoutsOf(mode) });
  const features = featuresOf(set, mode);
  return Object.fromEntries(rowOf(features, flows[0]!).map((cell, index) => [features[index]!.field, cell]));
}

/** What should be there, to 12 digits. */
function near(
  t: { ok(value: boolean, name: string): void; equal(a: unknown, b: unknown, name: string): void },
  cells: Record<string, unknown>,
  expected: Record<string, number | string | null>,
): void {
  for (const [field, value] of Object.entries(expected)) {
    const cell = cells[field];
    if (typeof value !== "number" || typeof cell !== "number") t.equal(cell, value, field);
    else t.ok(Math.abs(cell - value) <= 1e-12 * Math.max(1, Math.abs(value)), `${field}: ${cell} is not ${value}`);
  }
}

const sd = (...values: number[]) => {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
};

t.test("computes every feature of a connection as its definition says", async (t) => {
  const cells = cellsOf(connection);
  near(t, cells, {
    startTimeMs: START / 1000,
    durationSeconds: 9.5,
    srcAddr: "10.0.0.2",
    dstAddr: "10.0.0.1",
    srcPort: 4000,
    dstPort: 80,
    protocol: 6,
    vlanId: null,
    icmpType: null,
    connectionId: "1",
    connectionPart: 1,
    connectionDurationSeconds: 9.5,
    tcpFlags: FIN | SYN | PSH | ACK | URG | ECE | CWR,
    packets: 10,
    bytes: 1610,
    ipBytes: 1610 + 10 * 40 + 40,
    frameBytes: 1610 + 10 * 40 + 40,
    packetsPerSecond: 10 / 9.5,
    bytesPerSecond: 1610 / 9.5,
    bitsPerSecond: (8 * 1610) / 9.5,
    bytesPerPacket: 161,
    ipBytesPerPacket: 205,
    ipBitsPerSecond: (8 * 2050) / 9.5,
    averagePacketSize: 161,
    downUpRatio: 3 / 7,
    packetLengthMin: 0,
    packetLengthMean: 161,
    packetLengthMax: 500,
    packetLengthSd: sd(0, 0, 100, 200, 300, 400, 500, 50, 60, 0),
    packetLengthVariance: sd(0, 0, 100, 200, 300, 400, 500, 50, 60, 0) ** 2,
    flowIatMin: 0.1,
    flowIatMean: 9.5 / 9,
    flowIatMax: 6,
    flowIatSd: sd(0.5, 0.5, 0.2, 0.2, 0.2, 0.1, 0.3, 6, 1.5),
  });
  near(t, cells, {
    fwdPackets: 7,
    fwdBytes: 1500,
    fwdPacketsPerSecond: 7 / 9.5,
    fwdPacketLengthMin: 0,
    fwdPacketLengthMean: 1500 / 7,
    fwdPacketLengthMax: 500,
    fwdPacketLengthSd: sd(0, 100, 200, 300, 400, 500, 0),
    fwdIatTotal: 9.5,
    fwdIatMin: 0.1,
    fwdIatMax: 7.8,
    fwdIatMean: 9.5 / 6,
    fwdIatSd: sd(1, 0.2, 0.2, 0.2, 0.1, 7.8),
    fwdPshFlags: 1,
    fwdUrgFlags: 1,
    fwdRstFlags: 0,
    fwdHeaderLength: 7 * 20 + 20,
    fwdSegmentSizeAvg: 1500 / 7,
    fwdBytesBulkAvg: 1500,
    fwdPacketsBulkAvg: 5,
    fwdBulkRateAvg: 1500 / 0.7,
    fwdSubflowPackets: 7 / 3,
    fwdSubflowBytes: 500,
    fwdInitWindow: 8192,
    fwdActDataPackets: 5,
    fwdSegmentSizeMin: 20,
  });
  near(t, cells, {
    bwdPackets: 3,
    bwdBytes: 110,
    bwdIatTotal: 7.5,
    bwdIatMin: 1.5,
    bwdIatMax: 6,
    bwdPshFlags: 1,
    bwdHeaderLength: 80,
    bwdBytesBulkAvg: 0,
    bwdPacketsBulkAvg: 0,
    bwdBulkRateAvg: 0,
    bwdSubflowPackets: 1,
    bwdSubflowBytes: 110 / 3,
    bwdInitWindow: 0,
    bwdActDataPackets: 2,
    bwdSegmentSizeMin: 20,
    finFlagCount: 1,
    synFlagCount: 2,
    rstFlagCount: 0,
    pshFlagCount: 2,
    ackFlagCount: 9,
    urgFlagCount: 1,
    eceFlagCount: 1,
    cwrFlagCount: 1,
    activeMin: 1.5,
    activeMean: 1.75,
    activeMax: 2,
    activeSd: sd(2, 1.5),
    idleMin: 6,
    idleMean: 6,
    idleMax: 6,
    idleSd: 0,
  });
});

t.test("a bulk ends at payload the other way and at a gap over 1 s, not at a bare ACK", async (t) => {
  const run = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => sent(from + index / 10, true, { payload: 10 }));
  const bulks = (frames: typeof connection) => {
    const { fwdPacketsBulkAvg, fwdBytesBulkAvg } = cellsOf(frames);
    return [fwdPacketsBulkAvg, fwdBytesBulkAvg];
  };
  t.same(bulks(run(0, 3)), [0, 0]);
  t.same(bulks([...run(0, 3), sent(0.25, false, {}), ...run(0.3, 3)]), [6, 60]);
  t.same(bulks([...run(0, 3), sent(0.25, false, { payload: 1 }), ...run(0.3, 3)]), [0, 0]);
  t.same(bulks([...run(0, 3), ...run(1.2, 3)]), [6, 60], "a gap of exactly 1 s");
  t.same(bulks([...run(0, 3), ...run(1.3, 4)]), [4, 40], "a gap of more begins another");
  t.same(bulks([...run(0, 6), ...run(5, 4)]), [5, 50], "the mean of two");
});

t.test("a gap of 1 s begins no subflow, one of 5 s is not idle, a side that sent nothing has no window", async (t) => {
  near(t, cellsOf([sent(0, true, {}), sent(1, true, {}), sent(6, true, {})]), {
    fwdSubflowPackets: 1.5,
    idleMax: 0,
    activeMax: 6,
    bwdInitWindow: -1,
  });
});

t.test("a flow of one packet has no rate and no gap; windows are -1 where there are none", async (t) => {
  const cells = cellsOf([{ micros: START, bytes: ipv4(udp(1, 2, 5), { protocol: 17 }) }]);
  near(t, cells, {
    durationSeconds: 0,
    packetsPerSecond: 0,
    bytesPerSecond: 0,
    flowIatMean: 0,
    flowIatSd: 0,
    fwdIatTotal: 0,
  });
  near(t, cells, { fwdInitWindow: -1, bwdInitWindow: -1, bwdPacketLengthMean: 0, downUpRatio: 0, packetLengthSd: 0 });
  near(t, cells, {
    fwdSubflowPackets: 1,
    activeMean: 0,
    idleMean: 0,
    bwdSegmentSizeMin: 0,
    fwdSegmentSizeMin: 8,
    tcpFlags: 0,
  });
});

t.test("compat-2021 keeps the errors of the CICFlowMeter of 2021, and no others", async (t) => {
  const corrected = cellsOf(connection);
  const compat = cellsOf(connection, "compat-2021");
  const different = Object.keys(corrected).filter((field) => corrected[field] !== compat[field]);
  near(t, compat, {
    fwdSubflowPackets: 7 / 2,
    fwdSubflowBytes: 750,
    bwdSubflowPackets: 1.5,
    bwdSubflowBytes: 55,
    activeMean: 2,
    activeMin: 2,
    activeSd: 0,
    bwdInitWindow: 700,
    bwdSegmentSizeMin: 0,
  });
  const listed = ["activeMean", "activeMin", "activeSd", "bwdInitWindow", "bwdSegmentSizeMin", "bwdSubflowBytes"];
  t.same(different.sort(), [...listed, "bwdSubflowPackets", "fwdSubflowBytes", "fwdSubflowPackets"]);
  const brief = connection.slice(2, 4).map((frame) => ({ ...frame, micros: START }));
  near(t, cellsOf(brief, "compat-2021"), { packetsPerSecond: -1, bytesPerSecond: -1, fwdPacketsPerSecond: 0 });
  near(t, cellsOf(brief, "compat-2021"), { fwdSubflowPackets: 0, fwdSubflowBytes: 0 });
  const { flows } = meterFlows(pcap(connection.slice(0, 1), { linkType: 101 }));
  t.same([hasRow("corrected", flows[0]!), hasRow("compat-2021", flows[0]!)], [true, false]);
});

t.test(
  "every feature is a field of the kind, once, within its bounds; the small set is part of the large one",
  async (t) => {
    const kind = kindOf("flow/1");
    const names = featureSets.cic.map(({ field }) => field);
    t.equal(new Set(names).size, names.length);
    t.same(
      names.filter((name) => fieldOf(kind, name) === undefined),
      [],
    );
    t.same(pcapFormat.fields, names);
    const small = featureSets.basic.map(({ field }) => field);
    t.ok(small.every((name) => names.includes(name)) && small.length < 50);
    const cells = cellsOf(connection);
    for (const { name, min = -Infinity, max = Infinity, type } of kind.fields) {
      const cell = cells[name];
      if (typeof cell !== "number") continue;
      t.ok(cell >= min && cell <= max && (type !== "integer" || Number.isInteger(cell)), name);
    }
  },
);

t.test("the manifest says of every column its unit, formula and when it is missing", async (t) => {
  const manifest = featureManifest("cic", "compat-2021", timeoutsOf("compat-2021"));
  t.same(manifest.timeouts, { activeSeconds: 120, idleTcpSeconds: null, idleOtherSeconds: null, closedSeconds: null });
  t.equal(manifest.features.length, featureSets.cic.length);
  t.ok(manifest.features.every(({ formula, meaning }) => formula !== "" && meaning !== ""));
  const vlan = manifest.features.find(({ name }) => name === "vlanId");
  t.match(vlan, { type: "category", missing: "frames without a tag" });
  const missing = manifest.features.filter((feature) => feature.missing !== null).map(({ name }) => name);
  t.same(missing, ["vlanId", "icmpType", "icmpCode"]);
  const active = manifest.features.find(({ name }) => name === "activeMean");
  t.match(active, { formula: "mean(times before gaps over 5 s)" });
});

t.test("rows in CICFlowMeter's columns have its names, microseconds, and a time that says its zone", async (t) => {
  const { flows } = meterFlows(pcap(connection, { linkType: 101 }));
  const row = cicRow(rowOf(featureSets.cic, flows[0]!));
  const cells = Object.fromEntries(row.map((cell, index) => [cicHeaders[index]!, cell]));
  t.equal(row.length, 84);
  t.match(cells, {
    "Flow ID": "10.0.0.2-10.0.0.1-4000-80-6",
    "Src IP": "10.0.0.2",
    Timestamp: "2020-09-13T12:26:40.000500Z",
    "Flow Duration": 9_500_000,
    "Total Fwd Packet": 7,
    "Flow IAT Max": 6_000_000,
    "Fwd IAT Min": 100_000,
    "Active Mean": 1_750_000,
    "Flow Packets/s": 10 / 9.5,
    "FWD Init Win Bytes": 8192,
    Label: "NeedManualLabel",
  });
});
