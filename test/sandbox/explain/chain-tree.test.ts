import { DecisionTree, parseDocument, TreeOutput } from "@flamenco/policies/wire";
import { buildChainTree, type ChainLf, orderLfs, predictChain } from "@flamenco/sandbox/explain";
import { buildHistogram } from "@flamenco/sandbox/labeling";
import fc from "fast-check";
import t from "tap";

const labels = ["benign", "attack"];

/** `field <= threshold` -> label, else inconclusive. */
const stump = (name: string, field: string, label: string): ChainLf => ({
  name,
  decision: {
    nodes: [
      { type: "test", condition: `${field} <= p25(${field})`, fields: [field], yes: 1, no: 2 },
      { type: "leaf", label },
      { type: "leaf", label: null },
    ],
  },
});

/** Two conditions that must both hold, the inconclusive leaf shared. */
const pair = (name: string, label: string): ChainLf => ({
  name,
  decision: {
    nodes: [
      { type: "test", condition: "protocol == 17", fields: ["protocol"], yes: 1, no: 3 },
      { type: "test", condition: "bytesPerPacket >= p75(bytesPerPacket)", fields: ["bytesPerPacket"], yes: 2, no: 3 },
      { type: "leaf", label },
      { type: "leaf", label: null },
    ],
  },
});

t.test("the next LF hangs at the previous one's inconclusive leaves", async (t) => {
  const lfs = [stump("size", "averagePacketSize", "benign"), pair("udp", "attack")];
  const tree = buildChainTree({ lfs, order: [1, 0], labels });
  t.strictSame(tree.nodes, [
    { type: "test", condition: "protocol == 17", fields: ["protocol"], lf: "udp", yes: 1, no: 3 },
    {
      type: "test",
      condition: "bytesPerPacket >= p75(bytesPerPacket)",
      fields: ["bytesPerPacket"],
      lf: "udp",
      yes: 2,
      no: 3,
    },
    { type: "leaf", label: "attack", lf: "udp" },
    {
      type: "test",
      condition: "averagePacketSize <= p25(averagePacketSize)",
      fields: ["averagePacketSize"],
      lf: "size",
      yes: 4,
      no: 5,
    },
    { type: "leaf", label: "benign", lf: "size" },
    { type: "leaf", label: null },
  ]);
});

t.test("a leaf's share is that of the rows on which its LF is the first to vote", async (t) => {
  // Votes of (size, udp): 10 rows in all, 2 of them without a vote, 3 on which both vote.
  const votes = [
    [0, -1],
    [0, -1],
    [0, 1],
    [0, 1],
    [0, 1],
    [-1, 1],
    [-1, 1],
    [-1, 1],
    [-1, -1],
    [-1, -1],
  ];
  const { histogram } = buildHistogram({ votes: Int8Array.from(votes.flat()), lfCount: 2, labelCount: 2 });
  const lfs = [stump("size", "averagePacketSize", "benign"), pair("udp", "attack")];
  const sharesOf = (order: number[]) =>
    buildChainTree({ lfs, order, labels, histogram }).nodes.flatMap((node) =>
      node.type === "leaf" ? [[node.label, Math.round(node.share! * 1e9) / 1e9]] : [],
    );
  t.strictSame(sharesOf([1, 0]), [
    ["attack", 0.6],
    ["benign", 0.2],
    [null, 0.2],
  ]);
  t.strictSame(sharesOf([0, 1]), [
    ["benign", 0.5],
    ["attack", 0.3],
    [null, 0.2],
  ]);
  const empty = { ...histogram, counts: new Float64Array(histogram.counts.length) };
  t.ok(
    buildChainTree({ lfs, order: [0], labels, histogram: empty }).nodes.every(
      (node) => node.type === "test" || node.share === undefined,
    ),
  );
});

t.test("the chain predicts from patterns what a walk down the tree finds", async () => {
  const conditions = ["a", "b", "c"];
  const lfs = conditions.map((field, lf) => stump(`lf${lf}`, field, labels[lf % 2]!));
  fc.assert(
    fc.property(
      fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      (order, holds) => {
        const votes = Int8Array.from(conditions, (_, lf) => (holds[lf] ? lf % 2 : -1));
        const { histogram } = buildHistogram({ votes, lfCount: 3, labelCount: 2 });
        const { nodes } = buildChainTree({ lfs, order, labels });
        let node = nodes[0]!;
        while (node.type === "test") node = nodes[holds[conditions.indexOf(node.fields[0]!)] ? node.yes : node.no]!;
        const walked = node.label === null ? -1 : labels.indexOf(node.label);
        if (predictChain(order, histogram)[0] !== walked) throw new Error(`the walk ends at ${node.label}`);
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});

t.test("leaves of one LF and label are one leaf, so their share is known", async (t) => {
  const either: ChainLf = {
    name: "either",
    decision: {
      nodes: [
        { type: "test", condition: "srcPort == 53", fields: ["srcPort"], yes: 1, no: 2 },
        { type: "leaf", label: "attack" },
        { type: "test", condition: "srcPort == 123", fields: ["srcPort"], yes: 3, no: 4 },
        { type: "leaf", label: "attack" },
        { type: "leaf", label: null },
      ],
    },
  };
  const { nodes } = buildChainTree({ lfs: [either], order: [0], labels });
  t.equal(nodes.filter((node) => node.type === "leaf" && node.label === "attack").length, 1);
});

t.test("what no row can reach is left out: after an LF that always votes, and below no path", async (t) => {
  const always: ChainLf = { name: "always", decision: { nodes: [{ type: "leaf", label: "benign" }] } };
  const never: ChainLf = {
    name: "never",
    decision: {
      nodes: [
        { type: "leaf", label: null },
        { type: "leaf", label: "attack" },
      ],
    },
  };
  const last = stump("last", "bytes", "attack");
  const tree = buildChainTree({ lfs: [never, always, last], order: [0, 1, 2], labels });
  t.strictSame(tree.nodes, [{ type: "leaf", label: "benign", lf: "always" }]);
  t.strictSame(buildChainTree({ lfs: [], order: [], labels }).nodes, [{ type: "leaf", label: null }]);
});

t.test("the size of the tree is the sum of its LFs', however many inconclusive leaves they have", async (t) => {
  const lfs = Array.from({ length: 512 }, (_, lf) => pair(`lf${lf}`, labels[lf % 2]!));
  const tree = buildChainTree({ lfs, order: [...lfs.keys()], labels });
  t.equal(tree.nodes.length, 3 * 512 + 1);
  parseDocument(DecisionTree, tree, "tree");
  t.ok(tree.nodes.every((node, index) => node.type === "leaf" || (node.yes > index && node.no > index)));
});

t.test("a tree beyond the ceiling is refused, not cut", async (t) => {
  const deep = (name: string): ChainLf => {
    const nodes: DecisionTree["nodes"] = Array.from({ length: 4000 }, (_, index) => ({
      type: "test" as const,
      condition: `srcPort == ${index}`,
      fields: ["srcPort"],
      yes: 4000,
      no: index + 1,
    }));
    nodes[3999] = { type: "test", condition: "last", fields: ["srcPort"], yes: 4000, no: 4001 };
    return { name, decision: { nodes: [...nodes, { type: "leaf", label: "attack" }, { type: "leaf", label: null }] } };
  };
  t.equal(buildChainTree({ lfs: [deep("a"), deep("b")], order: [0, 1], labels }).nodes.length, 8003);
  t.throws(() => buildChainTree({ lfs: ["a", "b", "c"].map(deep), order: [0, 1, 2], labels }), {
    code: "FLM_TOO_LARGE",
  });
});

t.test("a decision that loops back, and an order that names no LF, are refused", async (t) => {
  const loop: ChainLf = {
    name: "loop",
    decision: { nodes: [{ type: "test", condition: "x", fields: ["bytes"], yes: 0, no: 0 }] },
  };
  t.throws(() => buildChainTree({ lfs: [loop], order: [0], labels }), { code: "FLM_INTERNAL" });
  const lfs = [stump("a", "bytes", "attack")];
  for (const order of [[1], [-1], [0.5], [0, 0]])
    t.throws(() => buildChainTree({ lfs, order, labels }), { code: "FLM_INTERNAL" });
});

t.test("LFs hang in the order of the most important feature that they read; ties by name, unknown last", async (t) => {
  const lfs = [
    { name: "zeta", fields: ["srcPort"] },
    { name: "alpha", fields: ["srcPort"] },
    { name: "none", fields: ["startTimeMs"] },
    { name: "two", fields: ["protocol", "averagePacketSize"] },
  ];
  const features = [
    { field: "srcPort", importance: 0.4 },
    { field: "averagePacketSize", importance: 0.9 },
    { field: "protocol", importance: 0.1 },
  ];
  const ordered = orderLfs(lfs, features);
  t.strictSame(ordered, { order: [3, 1, 0, 2], importance: [0.4, 0.4, null, 0.9] });
  parseDocument(
    TreeOutput,
    {
      form: "chain",
      order: ordered.order.map((lf) => ({ lf: lfs[lf]!.name, importance: ordered.importance[lf] })),
      importance: { method: "mutual information (bits)", features },
      tree: buildChainTree({
        lfs: lfs.map(({ name, fields }) => stump(name, fields[0]!, "attack")),
        order: ordered.order,
        labels,
      }),
    },
    "tree output",
  );
});
