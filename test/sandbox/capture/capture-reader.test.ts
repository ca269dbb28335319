import t from "tap";
import { meterFlows, readPackets } from "./capture-fixture.js";
import { ethernet, ipv4, pcap, pcapngBlocks, udp } from "./packet-bytes.js";

const frame = (payload: number) => ethernet(ipv4(udp(1000, 53, payload), { protocol: 17 }));
const frames = [0, 1, 2].map((index) => ({ micros: 1_600_000_000_123_456 + index * 1000, bytes: frame(index) }));
const times = frames.map(({ micros }) => micros);

t.test("reads pcap in both byte orders, with microseconds and nanoseconds", async (t) => {
  for (const bigEndian of [false, true]) {
    for (const nanoseconds of [false, true]) {
      const { packets, tally } = readPackets(pcap(frames, { bigEndian, nanoseconds }));
      t.same(
        packets.map(({ timeMicros }) => timeMicros),
        times,
      );
      t.same(
        packets.map(({ payloadBytes }) => payloadBytes),
        [0, 1, 2],
      );
      t.equal(tally.damage, null);
    }
  }
});

t.test("reads the link type below the bits that tell of a frame check sequence", async (t) => {
  const { packets } = readPackets(pcap(frames, { linkType: 0x4000_0001 }));
  t.equal(packets.length, 3);
});

t.test(
  "reads pcapng blocks: several interfaces with clocks of their own, old packet blocks, unknown blocks",
  async (t) => {
    for (const bigEndian of [false, true]) {
      const b = pcapngBlocks(bigEndian);
      const micros = 1_600_000_000_123_456n;
      const file = Buffer.concat([
        b.section(),
        b.describe(1),
        b.describe(101, b.resolution(9), b.offset(100)),
        b.describe(1, b.resolution(0x80 | 20)),
        b.describe(1, b.offset(-5)),
        b.block(0x0bad_cafe, Buffer.alloc(40)),
        b.enhanced(0, micros, frame(0)),
        b.enhanced(1, micros * 1000n + 999n, ipv4(udp(1, 2, 1), { protocol: 17 })),
        b.enhanced(2, 3n * 2n ** 19n, frame(2)),
        b.enhanced(3, micros, frame(3)),
        b.obsolete(0, micros, frame(4)),
      ]);
      const { packets, tally } = readPackets(file);
      t.same(
        packets.map(({ timeMicros }) => timeMicros),
        [Number(micros), Number(micros) + 100e6, 1_500_000, Number(micros) - 5e6, Number(micros)],
      );
      t.same(
        packets.map(({ payloadBytes }) => payloadBytes),
        [0, 1, 2, 3, 4],
      );
      t.equal(tally.damage, null);
    }
  },
);

t.test("begins anew with each pcapng section: byte order and interfaces", async (t) => {
  const little = pcapngBlocks(false);
  const big = pcapngBlocks(true);
  const part = (b: typeof little) => [b.section(), b.describe(1), b.enhanced(0, 5_000_000n, frame(1))];
  const { packets, tally } = readPackets(Buffer.concat([...part(little), ...part(big)]));
  t.equal(packets.length, 2);
  t.equal(tally.damage, null);
  const orphan = Buffer.concat([...part(little), big.section(), big.enhanced(0, 1n, frame(1))]);
  t.match(readPackets(orphan).tally.damage, { why: /not described/ });
});

t.test("counts packets that carry no time", async (t) => {
  const b = pcapngBlocks();
  const { packets, tally } = readPackets(Buffer.concat([b.section(), b.describe(1), b.simple(frame(1))]));
  t.same(packets, []);
  t.equal(tally.skipped["no-time"], 1);
});

t.test("gives the same packets and flows for chunks of every size", async (t) => {
  const b = pcapngBlocks();
  const ng = Buffer.concat([
    b.section(),
    b.describe(1),
    ...frames.map(({ bytes }, n) => b.enhanced(0, BigInt(n), bytes)),
  ]);
  for (const file of [pcap(frames), ng]) {
    const whole = readPackets(file);
    for (const size of [1, 2, 3, 7, 16, 24, 61]) t.same(readPackets(file, size), whole, `${size}`);
    t.same(meterFlows(file, { chunkBytes: 1 }).flows, meterFlows(file).flows);
  }
});

t.test("says at which byte a file was cut off, and keeps what came before", async (t) => {
  const file = pcap(frames);
  const record = 16 + frame(0).length;
  for (const cut of [record + 24 + 1, record + 24 + 15, record + 24 + 16 + 5]) {
    const { packets, tally } = readPackets(file.subarray(0, cut));
    t.equal(packets.length, 1);
    t.match(tally.damage, { byte: 24 + record, why: "the file ends within a record" });
  }
  t.match(readPackets(file.subarray(0, 20)).tally.damage, { byte: 0 });
});

t.test("stops where a length is impossible", async (t) => {
  const file = pcap(frames);
  file.writeUInt32LE(0xffff_fff0, 24 + 8);
  t.match(readPackets(file).tally.damage, { byte: 24, why: /more bytes than any capture tool/ });
  const b = pcapngBlocks();
  const good = Buffer.concat([b.section(), b.describe(1)]);
  const withBlock = (type: number, length: number) =>
    Buffer.concat([good, b.u32(type), b.u32(length), Buffer.alloc(40)]);
  const impossible = { byte: good.length, why: "a block's length is impossible" };
  for (const length of [0, 8, 13]) t.match(readPackets(withBlock(99, length)).tally.damage, impossible);
  const longer = b.enhanced(0, 1n, frame(0));
  longer.writeUInt32LE(longer.length - 20, 20);
  t.match(readPackets(Buffer.concat([good, longer])).tally.damage, { why: "a packet is longer than its block" });
  const tail = b.enhanced(0, 1n, frame(0));
  tail.writeUInt32LE(4, tail.length - 4);
  t.match(readPackets(Buffer.concat([good, tail])).tally.damage, { why: "a block's two lengths differ" });
});

t.test("steps over a block that claims gigabytes without holding it", async (t) => {
  const b = pcapngBlocks();
  const big = 3_000_000;
  const huge = Buffer.concat([b.u32(99), b.u32(big), Buffer.alloc(big - 12), b.u32(big)]);
  const file = Buffer.concat([b.section(), b.describe(1), huge, b.enhanced(0, 1n, frame(1))]);
  for (const size of [1000, 65_536, file.length]) {
    const { packets, tally } = readPackets(file, size);
    t.equal(packets.length, 1);
    t.equal(tally.damage, null);
  }
  const endless = Buffer.concat([b.section(), b.u32(99), b.u32(0xffff_fffc), Buffer.alloc(100)]);
  t.match(readPackets(endless).tally.damage, { why: "the file ends within a record" });
});

t.test("refuses what is no capture", async (t) => {
  for (const bytes of [Buffer.from("a,b,c\n1,2,3\n"), Buffer.alloc(100), Buffer.from("ab"), Buffer.alloc(0)]) {
    t.throws(() => readPackets(bytes), { code: "FLM_CAPTURE" });
  }
});
