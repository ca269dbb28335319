import { type FlowRecord, featureSets, rowOf, timeoutsOf } from "@flamenco/sandbox/capture";
import fc from "fast-check";
import t from "tap";
import { meterFlows } from "./capture-fixture.js";
import { type CapturedFrame, ipv4, pcap, tcp, udp } from "./packet-bytes.js";

/** A packet of one of a few conversations, some time after the one before. */
const step = fc.record({
  gapMicros: fc.oneof(
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 0, max: 3_000_000 }),
    fc.integer({ min: 4_000_000, max: 130_000_000 }),
  ),
  conversation: fc.integer({ min: 0, max: 2 }),
  forward: fc.boolean(),
  isTcp: fc.boolean(),
  flags: fc.integer({ min: 0, max: 255 }),
  payload: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1400 })),
  options: fc.constantFrom(0, 4, 12, 40),
  sequence: fc.integer({ min: 0, max: 3 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const steps = fc.array(step, { minLength: 1, maxLength: 60 });

const A = "10.0.0.1";
const B = "10.0.0.2";

function frameOf(one: Step, micros: number, swapped = false): CapturedFrame {
  const { conversation, isTcp, flags, payload, options, sequence } = one;
  const forward = one.forward !== swapped;
  const [src, dst] = forward ? [A, B] : [B, A];
  const ports: [number, number] = forward ? [5000 + conversation, 80] : [80, 5000 + conversation];
  const bytes = isTcp
    ? ipv4(tcp(...ports, { flags, payload, options, sequence }), { src, dst, protocol: 6 })
    : ipv4(udp(...ports, payload), { src, dst, protocol: 17 });
  return { micros, bytes };
}

function framesOf(all: readonly Step[], { swapped = false, scale = 1 } = {}): CapturedFrame[] {
  let micros = 1e12;
  return all.map((one) => {
    micros += one.gapMicros * scale;
    return frameOf(one, micros, swapped);
  });
}

const capture = (frames: readonly CapturedFrame[]) => pcap(frames, { linkType: 101 });
const cellsOf = (flow: FlowRecord) =>
  Object.fromEntries(rowOf(featureSets.cic, flow).map((cell, index) => [featureSets.cic[index]!.field, cell]));

const near = (a: number, b: number, tolerance = 1e-9) =>
  Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
const number = (cells: ReturnType<typeof cellsOf>, field: string) => cells[field] as number;

const settings = { numRuns: 150, seed: 5 };

t.test("sums, bounds and moments of a flow agree with each other", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(steps, (all) => {
        const { flows, tally } = meterFlows(capture(framesOf(all)));
        const total = flows.reduce((sum, { packets }) => sum + packets, 0);
        if (total !== all.length || tally.packets.packets !== all.length) return false;
        return flows.every((flow) => {
          const cells = cellsOf(flow);
          const of = (field: string) => number(cells, field);
          const { forward, backward } = flow;
          const flagSum = [...flow.flagCounts].reduce((a, b) => a + b, 0);
          const isTcp = flow.endpoints.protocol === 6;
          return (
            of("fwdPackets") + of("bwdPackets") === of("packets") &&
            forward.payloadBytes + backward.payloadBytes === of("bytes") &&
            near(of("packetLengthMean") * of("packets"), of("bytes")) &&
            near(of("packetLengthSd") ** 2, of("packetLengthVariance")) &&
            near(flow.iat.mean * flow.iat.count, flow.durationMicros) &&
            near(forward.iat.mean * forward.iat.count, forward.iatTotal) &&
            of("packetLengthMin") <=
              Math.min(...[forward, backward].flatMap((d) => (d.packets > 0 ? [d.payload.min] : []))) &&
            of("packetLengthMax") === Math.max(of("fwdPacketLengthMax"), of("bwdPacketLengthMax")) &&
            near((flow.longGaps + 1) * of("fwdSubflowPackets"), of("fwdPackets")) &&
            near(flow.active.mean * flow.active.count + flow.idle.mean * flow.idle.count, flow.durationMicros) &&
            (isTcp ? of("fwdHeaderLength") >= 20 * of("fwdPackets") : of("fwdHeaderLength") === 8 * of("fwdPackets")) &&
            [forward, backward].every((d) => d.bulkPackets <= d.dataPackets && d.bulkPackets >= 4 * d.bulks) &&
            of("pshFlagCount") === of("fwdPshFlags") + of("bwdPshFlags") &&
            of("rstFlagCount") === of("fwdRstFlags") + of("bwdRstFlags") &&
            (isTcp || flagSum === 0) &&
            flow.durationMicros <= timeoutsOf("corrected").activeSeconds * 1e6
          );
        });
      }),
      settings,
    ),
  );
});

t.test("turning every packet round swaps the ends of every flow and changes nothing else", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(steps, (all) => {
        const ends = (flow: FlowRecord) => [number(cellsOf(flow), "srcPort") === 80, cellsOf(flow)] as const;
        const straight = meterFlows(capture(framesOf(all))).flows.map(ends);
        const turned = meterFlows(capture(framesOf(all, { swapped: true }))).flows.map(ends);
        return (
          straight.length === turned.length &&
          straight.every(([fromServer, cells], index) => {
            const [otherFromServer, other] = turned[index]!;
            const { srcAddr, dstAddr, srcPort, dstPort, ...rest } = cells;
            const same = Object.entries(rest).every(([field, cell]) => other[field] === cell);
            return same && fromServer !== otherFromServer && other.srcAddr === dstAddr && other.srcPort === dstPort;
          })
        );
      }),
      settings,
    ),
  );
});

t.test("stretching all gaps below every timeout stretches times and changes no count", async (t) => {
  const brief = fc.array(
    step.map((one) => ({ ...one, gapMicros: one.gapMicros % 1000, conversation: 0, isTcp: false })),
    { minLength: 2, maxLength: 40 },
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(brief, fc.integer({ min: 2, max: 900 }), (all, scale) => {
        const [first] = meterFlows(capture(framesOf(all))).flows;
        const [second] = meterFlows(capture(framesOf(all, { scale }))).flows;
        const a = cellsOf(first!);
        const b = cellsOf(second!);
        const times = [
          "durationSeconds",
          ...["flowIat", "fwdIat", "bwdIat"].flatMap((p) => [`${p}Mean`, `${p}Sd`, `${p}Max`]),
        ];
        const counts = ["packets", "bytes", "fwdPackets", "fwdSubflowBytes", "fwdPacketsBulkAvg", "bwdPacketLengthSd"];
        return (
          times.every((field) => near(number(a, field) * scale, number(b, field))) &&
          counts.every((field) => number(a, field) === number(b, field))
        );
      }),
      settings,
    ),
  );
});

t.test("chunks of any size give the same rows", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 200 }), (all, chunkBytes) => {
        const file = capture(framesOf(all));
        return JSON.stringify(meterFlows(file, { chunkBytes }).flows) === JSON.stringify(meterFlows(file).flows);
      }),
      { ...settings, numRuns: 60 },
    ),
  );
});
