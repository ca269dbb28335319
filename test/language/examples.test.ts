import { decideLf, interpretLf, renderTreeText } from "@flamenco/language";
import type { ColumnStatistics, DatasetStatistics } from "@flamenco/policies/wire";
import t from "tap";
import { accepted, labels, runKernel, verifyFlow } from "./support/programs.js";

const designPage = `
import { ABSTAIN, UDP, type Flow, type Stats } from "@flamenco/lf";

/** Few packets: most benign flows are short. */
export function packetsP75Benign(flow: Flow, stats: Stats<Flow>) {
  return flow.packets <= stats.packets.p75 ? "benign" : ABSTAIN;
}

/** NTP reflection: from the NTP port, packets much larger than usual. */
export function ntpReflection(flow: Flow, stats: Stats<Flow>) {
  const large = flow.bytesPerPacket >= stats.bytesPerPacket.mean + 2 * stats.bytesPerPacket.sd;
  if (flow.protocol === UDP && flow.srcPort === 123 && large) return "attack";
  return ABSTAIN;
}
`;

const paper = `
import { ABSTAIN, between, type Flow, type Stats } from "@flamenco/lf";
export const sourcePortLess6600Attack = (flow: Flow) => (flow.srcPort <= 6600 ? "attack" : ABSTAIN);
export const sourcePortMore9000Benign = (flow: Flow) => (flow.srcPort >= 9000 ? "benign" : ABSTAIN);
export const averagePacketP25Benign = (flow: Flow, stats: Stats<Flow>) =>
  flow.averagePacketSize <= stats.averagePacketSize.p25 ? "benign" : ABSTAIN;
export const iatMinLessMeanAttack = (flow: Flow, stats: Stats<Flow>) =>
  flow.flowIatMin <= stats.flowIatMin.mean ? "attack" : ABSTAIN;
/** Both at once. */
export function iatAndSizeAttack(flow: Flow, stats: Stats<Flow>) {
  const { p50, mean, sd } = stats;
  return ABSTAIN;
}
`.replace(
  /\/\*\* Both[\s\S]*$/,
  `
/**
 * Short gaps, and packets from the median to
 * one deviation above the mean.
 *
 * @see the paper
 */
export function iatAndSizeAttack(flow: Flow, stats: Stats<Flow>) {
  const size = stats.averagePacketSize;
  if (flow.flowIatMin > stats.flowIatMin.mean) return ABSTAIN;
  return between(flow.averagePacketSize, size.p50, size.mean + size.sd) ? "attack" : ABSTAIN;
}
`,
);

const column = (mean: number, sd: number): ColumnStatistics => ({
  count: 10,
  mean,
  sd,
  p5: 1,
  p10: 2,
  p25: 40,
  p50: 100,
  p75: 200,
  p90: 300,
  p95: 400,
});
const statistics: DatasetStatistics = {
  packets: column(100, 10),
  bytesPerPacket: column(100, 10),
  averagePacketSize: column(120, 30),
  flowIatMin: column(5, 1),
};

t.test("the design page's examples vote as their comments say", async (t) => {
  const verification = verifyFlow(designPage);
  const lfs = accepted(verification);
  t.same(verification.warnings, []);
  t.same(
    lfs.map(({ name, description }) => [name, description]),
    [
      ["packetsP75Benign", "Few packets: most benign flows are short."],
      ["ntpReflection", "NTP reflection: from the NTP port, packets much larger than usual."],
    ],
  );
  t.same(lfs[1]?.certificate, {
    language: "flamenco-lf/1",
    lf: "ntpReflection",
    pure: true,
    total: true,
    stateless: true,
    deterministic: true,
    fields: ["bytesPerPacket", "protocol", "srcPort"],
    privateFields: [],
    statistics: ["bytesPerPacket.mean", "bytesPerPacket.sd"],
    labels: ["attack"],
    literals: [],
    predicates: 3,
    leaves: 2,
    operations: 8,
  });
  const rows = [
    { packets: 200, protocol: 17, srcPort: 123, bytesPerPacket: 120 },
    { packets: 201, protocol: 17, srcPort: 123, bytesPerPacket: 119 },
    { packets: 201, protocol: 6, srcPort: 123, bytesPerPacket: 500 },
  ];
  t.same(runKernel(lfs, rows, statistics), [
    [0, 1],
    [-1, -1],
    [-1, -1],
  ]);
});

t.test("the paper's labeling functions are verified, vote and explain themselves", async (t) => {
  const lfs = accepted(verifyFlow(paper));
  t.same(
    lfs.map(({ name }) => name),
    [
      "sourcePortLess6600Attack",
      "sourcePortMore9000Benign",
      "averagePacketP25Benign",
      "iatMinLessMeanAttack",
      "iatAndSizeAttack",
    ],
  );
  t.equal(lfs[4]?.description, "Short gaps, and packets from the median to one deviation above the mean.");
  const rows = [
    { srcPort: 6600, averagePacketSize: 40, flowIatMin: 5 },
    { srcPort: 8888, averagePacketSize: 150, flowIatMin: 5 },
    { srcPort: 9000, averagePacketSize: 151, flowIatMin: 5.1 },
  ];
  const expected = [
    [1, -1, 0, 1, -1],
    [-1, -1, -1, 1, 1],
    [-1, 0, -1, -1, -1],
  ];
  t.same(runKernel(lfs, rows, statistics), expected);
  t.same(
    rows.map((row) => lfs.map((lf) => interpretLf(lf, row, statistics))),
    expected,
  );
  const trees = lfs.map((lf) => renderTreeText(decideLf(lf).tree));
  t.equal(trees[0], "srcPort <= 6600\n├─ yes: attack\n└─ no: inconclusive");
  t.match(trees[2], /^averagePacketSize <= p25\(averagePacketSize\)\n/);
  t.equal(
    trees[4],
    [
      "flowIatMin > mean(flowIatMin)",
      "├─ yes: inconclusive",
      "└─ no: averagePacketSize >= p50(averagePacketSize)",
      "   ├─ yes: averagePacketSize <= mean(averagePacketSize) + sd(averagePacketSize)",
      "   │  ├─ yes: attack",
      "   │  └─ no: inconclusive",
      "   └─ no: inconclusive",
    ].join("\n"),
  );
  t.same(labels, ["benign", "attack"]);
});
