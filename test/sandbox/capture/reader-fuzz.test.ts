import { isFlamencoError } from "@flamenco/policies/errors";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { meterFlows } from "./capture-fixture.js";
import { ethernet, ipv4, ipv6, pcap, pcapngBlocks, tcp, udp } from "./packet-bytes.js";

const RUNS = 1_500;
const SEED = 20_251_122;

const contents = [
  ethernet(ipv4(tcp(1, 2, { payload: 30, options: 12 }), { protocol: 6, options: 4 }), 0x0800, [5, 6]),
  ethernet(ipv6([60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, ...udp(7, 8, 20)], { next: 43 }), 0x86dd),
  ethernet(ipv4(udp(9, 10, 5), { protocol: 17 })),
];

function captures(): Buffer[] {
  const b = pcapngBlocks();
  const frames = contents.map((bytes, index) => ({ micros: index * 1000, bytes }));
  const blocks = frames.map(({ micros, bytes }) => b.enhanced(0, BigInt(micros), bytes));
  const interfaceBlock = b.describe(1, b.resolution(9), b.offset(3));
  return [
    ...[1, 0, 9, 101, 104, 108, 113, 276].map((linkType) => pcap(frames, { linkType })),
    pcap(frames, { bigEndian: true, nanoseconds: true }),
    Buffer.concat([b.section(), interfaceBlock, ...blocks, b.obsolete(0, 5n, contents[2]!), b.simple(contents[2]!)]),
  ];
}

/** Flip bits, write extreme numbers, cut off, repeat: what an attacker or a bad disk does. */
function damage(file: Buffer, random: SeededRandom): Buffer {
  const bytes = Buffer.from(file);
  const changes = 1 + random.nextBelow(6);
  for (let change = 0; change < changes; change += 1) {
    const at = random.nextBelow(bytes.length);
    const way = random.nextBelow(4);
    if (way === 0) bytes[at]! ^= 1 << random.nextBelow(8);
    else if (way === 1) bytes[at] = random.nextBelow(256);
    else if (at + 4 <= bytes.length) bytes.writeUInt32LE(way === 2 ? 0xffff_ffff : random.nextBelow(0x10_0000), at);
  }
  return random.nextBelow(3) === 0 ? bytes.subarray(0, random.nextBelow(bytes.length + 1)) : bytes;
}

t.test("damaged captures give flows, a place of damage or a coded error, in bounded memory", async (t) => {
  const random = new SeededRandom(SEED);
  const files = captures();
  let refused = 0;
  let damaged = 0;
  const before = process.memoryUsage().arrayBuffers;
  for (let run = 0; run < RUNS; run += 1) {
    const file = damage(files[run % files.length]!, random);
    try {
      const { flows, tally } = meterFlows(file, { chunkBytes: 1 + random.nextBelow(300) });
      if (tally.packets.damage !== null) damaged += 1;
      const metered = flows.reduce((sum, { packets }) => sum + packets, 0);
      const skipped = Object.values(tally.packets.skipped).reduce((sum, count) => sum + count, 0);
      if (metered + skipped !== tally.packets.packets) t.fail(`run ${run}: packets are lost`);
      if (flows.some(({ durationMicros }) => !(durationMicros >= 0))) t.fail(`run ${run}: a negative duration`);
    } catch (error) {
      if (!isFlamencoError(error) || error.code !== "FLM_CAPTURE") throw error;
      refused += 1;
    }
  }
  t.ok(refused > RUNS / 100 && damaged > RUNS / 10, `${refused} refused, ${damaged} damaged`);
  t.ok(process.memoryUsage().arrayBuffers - before < 600e6);
});
