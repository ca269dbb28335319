import { readdirSync, readFileSync } from "node:fs";
import { columnStatistics, followDecision, interpretLf, type LfRow, mockRows, verifyFile } from "@flamenco/language";
import { type DatasetStatistics, DecisionTree, kindOf, parseDocument } from "@flamenco/policies/wire";
import { buildExactTree, explainRow, measureImportance, orderLfs, predictChain } from "@flamenco/sandbox/explain";
import { buildHistogram, buildMetrics, fitLabelModel, histogramOf, predictPatterns } from "@flamenco/sandbox/labeling";
import { splitRows } from "@flamenco/sandbox/preprocess";
import t from "tap";

const labels = ["benign", "attack"];
const rows: LfRow[] = [...mockRows({ kind: kindOf("flow/1"), rows: 3000, seed: 7 })];

function statisticsOf(fields: readonly string[]): DatasetStatistics {
  return Object.fromEntries(
    fields.map((field) => [
      field,
      columnStatistics(Float64Array.from(rows, (row) => (typeof row[field] === "number" ? row[field] : Number.NaN))),
    ]),
  );
}

const source = `import { ABSTAIN, UDP } from "@flamenco/lf";
export function smallPackets(flow, stats) { return flow.averagePacketSize <= stats.averagePacketSize.p25 ? "attack" : ABSTAIN; }
export function largePackets(flow, stats) { return flow.averagePacketSize > stats.averagePacketSize.p75 ? "benign" : ABSTAIN; }
export function manyPackets(flow, stats) { return flow.packets > stats.packets.p90 && flow.protocol === UDP ? "attack" : ABSTAIN; }
export function webPorts(flow) { return [80, 443].includes(flow.dstPort) ? "benign" : ABSTAIN; }
`;
const { lfs: verified } = verifyFile(source, { kind: kindOf("flow/1"), labels });
const lfs = verified.map((lf) => ({ name: lf.name, verified: lf }));
const fields = [...new Set(verified.flatMap(({ certificate }) => certificate.fields))];
const statistics = statisticsOf(fields);
const votes = Int8Array.from(rows.flatMap((row) => verified.map((lf) => interpretLf(lf, row, statistics))));
const { histogram, patternOfRow } = buildHistogram({ votes, lfCount: lfs.length, labelCount: 2 });
const truth = Int8Array.from(rows, (row) => (Number(row.packets) > 20 ? 1 : 0));
const parts = splitRows({ rows: rows.length, truth, seed: 1, preset: "flow" });
const model = fitLabelModel(histogram, {
  model: "moments",
  classBalance: [0.6, 0.4],
  labels,
  lfNames: lfs.map(({ name }) => name),
});
const columns = new Map(
  fields.map((field) => [
    field,
    Float64Array.from(rows, (row) => (typeof row[field] === "number" ? row[field] : Number.NaN)),
  ]),
);

t.test("importance comes from a forest, says so, and repeats with the seed", async (t) => {
  const ranking = measureImportance({ columns, labels: { truth, labelCount: 2 }, parts, seed: 5 });
  t.match(
    ranking.method,
    /permutation importance.*random forest: 50 trees, 19\d\d training rows with ground truth, seed 5$/,
  );
  t.ok(ranking.method.length <= 200);
  t.equal(ranking.features[0]?.field, "packets");
  t.same(measureImportance({ columns, labels: { truth, labelCount: 2 }, parts, seed: 5 }), ranking);
});

t.test("without a forest importance is mutual information, and the method says why", async (t) => {
  const same = new Int8Array(rows.length);
  const one = measureImportance({ columns, labels: { truth: same, labelCount: 2 }, parts, seed: 5 });
  t.match(one.method, /^mutual information.*; no forest: the training rows have one label$/);
  const few = same.map((_, row) => (row < 60 ? row % 2 : -1));
  t.match(
    measureImportance({ columns, labels: { truth: few, labelCount: 2 }, parts, seed: 5 }).method,
    /; no forest: only \d+ labeled training rows$/,
  );
  t.match(
    measureImportance({ columns: new Map(), labels: { truth, labelCount: 2 }, parts, seed: 5 }).method,
    /no field/,
  );
});

t.test(
  "the exact tree predicts for every row what the label model does, and its leaves share out the rows",
  async (t) => {
    const { features } = measureImportance({ columns, labels: { truth, labelCount: 2 }, parts, seed: 5 });
    const { order } = orderLfs(
      lfs.map((lf) => ({ name: lf.name, fields: lf.verified.certificate.fields })),
      features,
    );
    for (const known of [{}, { statistics }]) {
      const exact = buildExactTree({ lfs, labels, model, importance: features, order, histogram, ...known });
      t.equal(exact.form, "exact");
      parseDocument(DecisionTree, exact.tree, "tree");
      const predictions = predictPatterns(model, histogram);
      const found = new Map<string | null, number>();
      let differing = 0;
      for (const [index, row] of rows.entries()) {
        const { label } = followDecision(exact.decision!, row, statistics);
        found.set(label, (found.get(label) ?? 0) + 1);
        if ((label === null ? -1 : labels.indexOf(label)) !== predictions[patternOfRow[index]!]) differing += 1;
      }
      t.equal(differing, 0);
      for (const node of exact.tree.nodes) {
        if (node.type === "leaf") t.ok(Math.abs(node.share! - (found.get(node.label) ?? 0) / rows.length) < 1e-9);
      }
      t.same(exact.predict(histogram), predictions);
    }
  },
);

t.test("a set without an exact tree gets the chain, with the reason", async (t) => {
  const wide = Array.from(
    { length: 40 },
    (_, i) =>
      `export function lf${i}(flow) { return flow.packets * ${i + 2} > flow.bytes + ${i} ? "attack" : "benign"; }`,
  ).join("\n");
  const many = verifyFile(wide, { kind: kindOf("flow/1"), labels }).lfs.map((lf) => ({ name: lf.name, verified: lf }));
  const cast = Int8Array.from(rows.slice(0, 300).flatMap((row) => many.map((lf) => interpretLf(lf.verified, row, {}))));
  const wideVotes = buildHistogram({ votes: cast, lfCount: many.length, labelCount: 2 }).histogram;
  const wideModel = fitLabelModel(wideVotes, { model: "em", labels, lfNames: many.map(({ name }) => name) });
  const order = [...many.keys()];
  const tree = buildExactTree({ lfs: many, labels, model: wideModel, importance: [], order, histogram: wideVotes });
  t.equal(tree.form, "chain");
  t.match(tree.reason, /^A chain, for there is no exact tree within bounds: it would have more than \d+ branches\.$/);
  t.same(tree.predict(wideVotes), predictChain(order, wideVotes));
  t.equal(tree.decision, null);
});

t.test("metrics compare every two predictors, symmetrically", async (t) => {
  const test = histogramOf(patternOfRow, histogram, undefined, truth);
  const order = [...lfs.keys()];
  const labelModel = predictPatterns(model, test);
  const task = { id: "scan", labels, positive: "attack" };
  const metrics = buildMetrics({ test, task, labelModel, tree: predictChain(order, test), exactTree: labelModel });
  t.same(metrics.predictors, ["labelModel", "tree", "exactTree"]);
  const [one, two, three] = metrics.differences!;
  t.same(three, one, "the exact tree differs from others as the label model does");
  t.same(one, [0, metrics.labelModelTreeDifference, 0]);
  t.same(two, [metrics.labelModelTreeDifference, 0, metrics.labelModelTreeDifference]);
  t.same(metrics.exactTree, metrics.labelModel);
  t.same(buildMetrics({ test, task, labelModel, tree: null }).predictors, ["labelModel"]);
});

t.test("a row is explained: conditions, votes, what each vote moved, the way through the tree", async (t) => {
  const exact = buildExactTree({ lfs, labels, model, importance: [], order: [0, 1, 2, 3] });
  for (const row of rows.slice(0, 200)) {
    const explained = explainRow({ row, statistics, lfs, labels, model, decision: exact.decision });
    t.equal(explained.treePrediction, explained.prediction);
    const voting = explained.lfs.filter(({ vote }) => vote !== null);
    t.equal(explained.softLabel === null, voting.length === 0);
    t.ok(explained.lfs.every(({ contribution }) => (contribution === null) === (explained.softLabel === null)));
    if (explained.softLabel === null || explained.contributions === null) continue;
    const { label, against, balance, total } = explained.contributions;
    const sum = explained.lfs.reduce((adding, { contribution }) => adding + contribution!, balance);
    t.ok(Math.abs(sum - total) < 1e-9, "balance and contributions add up");
    const odds = Math.log(explained.softLabel[label]! / explained.softLabel[against]!);
    t.ok(Math.abs(total - odds) < 1e-6 || Math.abs(odds) > 30, "to the log-odds of the soft label");
  }
  const empty = explainRow({ row: {}, statistics, lfs, labels, model, decision: null });
  t.same(
    empty.lfs.map(({ vote, path }) => [vote, path.map(({ answer }) => answer)]),
    [
      [null, ["missing"]],
      [null, ["missing"]],
      [null, ["missing"]],
      [null, ["missing"]],
    ],
  );
  t.same([empty.softLabel, empty.prediction, empty.contributions, empty.treePath], [null, null, null, null]);
});

t.test(
  "the exact tree of every example, and of all of them together, differs from the label model on no row",
  async (t) => {
    const folder = new URL("../../../../examples/packages/", import.meta.url);
    const kind = kindOf("flow/1");
    const packages = readdirSync(folder).map((name) =>
      readdirSync(new URL(`${name}/`, folder))
        .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
        .flatMap((file) => verifyFile(readFileSync(new URL(`${name}/${file}`, folder), "utf8"), { kind, labels }).lfs)
        .map((lf) => ({ name: `${name}#${lf.name}`, verified: lf })),
    );
    t.ok(packages.length > 1 && packages.every((some) => some.length > 0));
    for (const some of [...packages, packages.flat()]) {
      const read = some.flatMap(({ verified }) => verified.certificate.fields);
      const known = statisticsOf(read);
      const cast = Int8Array.from(rows.flatMap((row) => some.map((lf) => interpretLf(lf.verified, row, known))));
      const counted = buildHistogram({ votes: cast, lfCount: some.length, labelCount: 2 });
      for (const name of ["auto", "majority", "em"] as const) {
        const fitted = fitLabelModel(counted.histogram, { model: name, labels, lfNames: some.map((lf) => lf.name) });
        const order = [...some.keys()];
        const exact = buildExactTree({ lfs: some, labels, model: fitted, importance: [], order });
        t.equal(exact.form, "exact");
        const expected = predictPatterns(fitted, counted.histogram);
        const differing = rows.filter((row, index) => {
          const { label } = followDecision(exact.decision!, row, known);
          return (label === null ? -1 : labels.indexOf(label)) !== expected[counted.patternOfRow[index]!];
        });
        t.equal(differing.length, 0, name);
      }
    }
  },
);
