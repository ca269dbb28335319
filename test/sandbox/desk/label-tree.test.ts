import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DecisionTree, parseDocument } from "@flamenco/policies/wire";
import t from "tap";
import { askLabel, runLabel, writeText } from "./label-desk.js";

const source = `import { ABSTAIN } from "@flamenco/lf";
export function lowPort(flow) { return flow.srcPort <= 1024 ? "attack" : ABSTAIN; }
export function smallPackets(flow, stats) { return flow.averagePacketSize <= stats.averagePacketSize.p50 ? "benign" : ABSTAIN; }
export function manyPackets(flow, stats) { return flow.packets > stats.packets.p75 ? "attack" : ABSTAIN; }
`;
/** Ports decide; some cells are missing, one is infinite. */
const lines = Array.from({ length: 400 }, (_, row) => {
  const port = (row * 37) % 2048;
  const size = row % 9 === 0 ? "" : String((row * 13) % 500);
  const packets = row === 8 ? "Infinity" : row % 11 === 0 ? "NaN" : String((row * 7) % 50);
  return `${port},${size},${packets},${port <= 1024 ? "ATTACK" : row % 5 === 0 ? "" : "benign"},x`;
});
const lfs = writeText("lfs.ts", source);
const data = writeText("flows.csv", `srcPort,averagePacketSize,packets,label,note\n${lines.join("\n")}\n`);

t.test("the exact tree of a table, with what it predicts beside the label model", async (t) => {
  const answer = await askLabel("tree", lfs, "--data", data, "--truth", "label");
  t.equal(answer.form, "exact");
  parseDocument(DecisionTree, answer.tree, "tree");
  const shares = answer.tree.nodes.flatMap((node: { share?: number }) =>
    node.share === undefined ? [] : [node.share],
  );
  t.ok(Math.abs(shares.reduce((sum: number, share: number) => sum + share, 0) - 1) < 1e-9);
  t.same(answer.metrics.predictors, ["labelModel", "tree", "exactTree"]);
  t.equal(answer.metrics.differences[0][2], 0);
  t.same(answer.metrics.exactTree, answer.metrics.labelModel);
  t.match(answer.importance.method, /random forest: 50 trees, \d+ training rows with ground truth, seed 1/);
  t.equal(answer.importance.features[0].field, "srcPort");
  t.equal(answer.order[0].lf, "lowPort");
  const chain = await askLabel("tree", lfs, "--data", data, "--form", "chain");
  t.equal(chain.form, "chain");
  t.match(chain.importance.method, /soft labels/);
});

t.test("a tree is written as text, SVG, DOT, Mermaid or JSON, to standard output or a file", async (t) => {
  const starts = { text: "Exact tree of ", svg: "<svg ", dot: "digraph tree {", mermaid: "%% Exact tree", json: "{" };
  for (const [format, start] of Object.entries(starts)) {
    const { code, stdout } = await runLabel("tree", lfs, "--data", data, "--format", format);
    t.equal(code, 0);
    t.ok(stdout.startsWith(start), format);
  }
  const out = join(dirname(lfs), "tree.dot");
  t.equal((await runLabel("tree", lfs, "--data", data, "--format", "dot", "--out", out)).stdout, "");
  t.match(readFileSync(out, "utf8"), /^digraph tree \{/);
  t.match(
    (await runLabel("tree", lfs, "--data", data, "--truth", "label")).stdout,
    /exact tree +\d\.\d+ +\d\.\d+ +0\.000/,
  );
});

t.test("a package folder says its kind and labels itself", async (t) => {
  const folder = join(dirname(lfs), "package");
  mkdirSync(folder);
  writeFileSync(join(folder, "lfs.ts"), source.replaceAll('"attack"', '"scan"').replaceAll('"benign"', '"other"'));
  writeFileSync(
    join(folder, "flamenco.json"),
    JSON.stringify({
      name: "alice/ports",
      version: "1.0.0",
      kind: "flow/1",
      task: { id: "scan", labels: ["other", "scan"], positive: "scan" },
      license: "Apache-2.0",
      description: "Ports.",
      authors: [{ name: "Alice" }],
    }),
  );
  const { tree } = await askLabel("tree", folder, "--data", data, "--resolve");
  t.ok(tree.nodes.some((node: { label?: string }) => node.label === "scan"));
});

t.test("a row is explained by conditions, votes and the way through the tree", async (t) => {
  const answer = await askLabel(
    "explain",
    lfs,
    "--data",
    data,
    "--row",
    "1",
    "--truth",
    "label",
    "--model",
    "majority",
  );
  t.same(
    answer.lfs.map(({ lf, vote, path }: { lf: string; vote: string; path: object[] }) => [lf, vote, path]),
    [
      ["lowPort", "attack", [{ condition: "srcPort <= 1024", answer: "yes" }]],
      ["smallPackets", null, [{ condition: "averagePacketSize <= p50(averagePacketSize)", answer: "missing" }]],
      ["manyPackets", null, [{ condition: "packets > p75(packets)", answer: "missing" }]],
    ],
  );
  t.match(answer, {
    row: 1,
    truth: "attack",
    prediction: "attack",
    treePrediction: "attack",
    contributions: { unit: "vote share", label: "attack", total: 1 },
  });
  t.ok(answer.lfs[0].contribution > 0);
  const { stdout } = await runLabel("explain", lfs, "--data", data, "--row", "1");
  t.match(stdout, /^Row 1: attack/);
  t.match(stdout, /Through the exact tree:\n( {2}.*: (yes|no|missing)\n)+ {2}-> attack\n/);
});

t.test("what does not fit is refused with a code, and no cell is shown", async (t) => {
  const csv = (name: string, text: string) => writeText(name, text);
  const emptyFolder = join(dirname(lfs), "empty");
  mkdirSync(emptyFolder);
  const canary = "CANARY42";
  const refusals: readonly (readonly [string, number, readonly string[]])[] = [
    ["FLM_FIELD_MISSING", 1, ["tree", lfs, "--data", csv("less.csv", "srcPort,packets\n1,2\n")]],
    ["FLM_FIELD_MISSING", 1, ["tree", lfs, "--data", data, "--truth", "nowhere"]],
    ["FLM_SCHEMA", 1, ["tree", lfs, "--data", data, "--truth", "note"]],
    ["FLM_SCHEMA", 1, ["tree", lfs, "--data", csv("bad.csv", `srcPort,averagePacketSize,packets\n1,${canary},3\n`)]],
    ["FLM_SCHEMA", 1, ["tree", lfs, "--data", csv("hex.csv", "srcPort,averagePacketSize,packets\n0x1F,2,3\n")]],
    ["FLM_LF_REFUSED", 1, ["tree", csv("evil.ts", "export const f = () => eval('1');"), "--data", data]],
    ["FLM_LF_EMPTY", 1, ["tree", emptyFolder, "--data", data]],
    ["FLM_FILE_UNREADABLE", 1, ["tree", "/nowhere/lfs.ts", "--data", data]],
    ["FLM_FILE_UNREADABLE", 1, ["tree", lfs, "--data", data, "--out", "/nowhere/tree.svg"]],
    ["FLM_USAGE", 2, ["explain", lfs, "--data", data, "--row", "401"]],
    ["FLM_USAGE", 2, ["explain", lfs, "--data", data, "--row", "0"]],
    ["FLM_USAGE", 2, ["tree", lfs, "--data", data, "--labels", "attack"]],
    ["FLM_USAGE", 2, ["tree", lfs, "--data", data, "--seed", "-1"]],
    ["FLM_SCHEMA", 1, ["tree", lfs, "--data", data, "--kind", "nothing/9"]],
  ];
  for (const [code, exit, args] of refusals) {
    const run = await runLabel(...args);
    t.match(run.stderr, code, args.join(" "));
    t.equal(run.code, exit, args.join(" "));
    t.notOk(run.stderr.includes(canary));
  }
  const few = csv("few.csv", "srcPort,averagePacketSize,packets\n80,100,3\n");
  t.match(
    (await askLabel("tree", lfs, "--data", few)).importance.method,
    /no forest|^none/,
    "one row is enough to run",
  );
});
