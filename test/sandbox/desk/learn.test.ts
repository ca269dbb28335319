import { existsSync, readFileSync } from "node:fs";
import t from "tap";
import { runDesk, startDesk, writeText } from "./label-desk.js";
import { ask, base, rows, table, toCsv } from "./learn-desk.js";

t.test("a classifier, its settings and its metrics with intervals on each part", async (t) => {
  const report = await ask(table, "--target", "y", "--model", "forest", "--set", "trees=20", "--positive", "attack");
  t.match(report, {
    labels: ["attack", "benign"],
    positive: "attack",
    features: ["x", "noise"],
    split: "split",
    rows: { train: 180, validation: 60, test: 60, unlabeledTrain: 0 },
    backend: "own",
    parameters: { trees: 20, depth: null },
    search: null,
    warnings: [],
  });
  const { macroF1, confusion } = report.metrics.test;
  t.ok(macroF1.value > 0.7 && macroF1.interval[0] < macroF1.value && macroF1.value < macroF1.interval[1]);
  t.equal(
    confusion.flat().reduce((sum: number, count: number) => sum + count, 0),
    60,
  );
  t.ok(report.seconds > 0);
  t.notMatch(JSON.stringify(report), /NaN|null,null,null/);
});

t.test("the same file, options and seed give the same answer", async (t) => {
  const options = [table, ...base, "--search", "random", "--candidates", "3", "--folds", "3"];
  const [one, other] = [await ask(...options), await ask(...options, "--threads", "2")];
  for (const report of [one, other]) {
    delete report.seconds;
    delete report.run;
  }
  t.same(one, other);
});

t.test("a search chooses on folds of training rows, and fits the best on all of them", async (t) => {
  const { search, parameters, metrics } = await ask(
    table,
    ...base,
    "--search",
    "grid",
    "--vary",
    "depth=1,2,null",
    "--vary",
    "leafRows=1,40",
    "--folds",
    "3",
  );
  t.match(search, { kind: "grid", preset: null, cv: "stratified", folds: 3, metric: "macroF1", size: 6 });
  t.equal(search.candidates.length, 6);
  const best = search.candidates[search.best];
  t.ok(search.candidates.every(({ mean }: { mean: number }) => mean <= best.mean));
  t.match(parameters, best.settings);
  const alone = await ask(
    table,
    ...base,
    ...Object.entries(best.settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]),
  );
  t.same(alone.metrics, metrics, "the same as with its settings given");
});

t.test("test rows decide nothing: other test rows, same choice", async (t) => {
  const changed = rows.map((row) => (row.split === "test" ? { ...row, x: 1 - row.x } : row));
  const options = [...base, "--preset", "small", "--folds", "3"];
  const [one, other] = [await ask(table, ...options), await ask(writeText("other.csv", toCsv(changed)), ...options)];
  t.same(other.search, one.search);
  t.same(other.metrics.validation, one.metrics.validation);
  t.notSame(other.metrics.test, one.metrics.test);
});

t.test("presets, folds in time order, held-out validation rows", async (t) => {
  const timed = writeText("timed.csv", toCsv(rows.map((row, index) => ({ at: index, ...row }))));
  const atlas = await ask(
    timed,
    "--target",
    "y",
    "--model",
    "forest",
    "--preset",
    "atlas",
    "--candidates",
    "2",
    "--folds",
    "2",
    "--time",
    "at",
    "--set",
    "trees=10",
  );
  t.match(atlas.search, { kind: "random", preset: "atlas", cv: "time", size: 8, vary: { depth: [2, 5, 10, null] } });
  t.notOk("trees" in atlas.search.vary, "what is set is not varied");
  t.same(atlas.features, ["x", "noise"], "time is no feature");
  const held = await ask(table, ...base, "--vary", "depth=1,4", "--cv", "validation");
  t.match(held.search, { cv: "validation", folds: 1, candidates: [{ sd: null }, { sd: null }] });
  t.equal(held.search.candidates[held.search.best].mean, held.metrics.validation.macroF1.value);
});

t.test("an interrupted search goes on from its file; that of another table is refused", async (t) => {
  const journal = `${writeText("folder.txt", "")}.journal`;
  const options = [...base, "--vary", "depth=1,2", "--folds", "2", "--resume", journal];
  const first = await ask(table, ...options);
  t.equal(readFileSync(journal, "utf8").trimEnd().split("\n").length, 5);
  const again = await ask(table, ...options);
  t.equal(again.run.resumedFits, 4);
  t.same(again.search, first.search);
  const other = writeText("more.csv", toCsv([...rows, rows[0]!]));
  t.match(await runDesk("learn", other, ...options), { code: 1, stderr: /^FLM_LEARN_RESUME/ });
});

t.test("predictions of every row, their probabilities with them", async (t) => {
  const out = `${writeText("folder.txt", "")}.predictions.csv`;
  const unknown = rows.map((row, index) => (index === 4 ? { ...row, y: "" } : row));
  const path = writeText("unknown.csv", toCsv(unknown));
  await ask(path, ...base, "--predictions", out);
  const lines = readFileSync(out, "utf8").trimEnd().split("\n");
  t.equal(lines[0], "row,split,truth,prediction,p_attack,p_benign");
  t.equal(lines.length, 301);
  t.match(lines[5], /^5,test,,(attack|benign),/);
  for (const line of lines.slice(1, 50)) {
    const [attack, benign] = line.split(",").slice(4).map(Number);
    t.ok(Math.abs(attack! + benign! - 1) < 1e-9);
  }
  t.match(await runDesk("learn", path, ...base, "--predictions", out), { code: 1, stderr: /^FLM_FILE_EXISTS/ });
});

t.test("folds in time order follow the time, not the file", async (t) => {
  const timed = rows.map((row, index) => ({ at: index, ...row }));
  const options = [...base, "--vary", "depth=1,3", "--cv", "time", "--folds", "3", "--time", "at"];
  const inOrder = await ask(writeText("in-order.csv", toCsv(timed)), ...options);
  const turned = await ask(writeText("turned.csv", toCsv([...timed].reverse())), ...options);
  t.same(turned.search, inOrder.search);
});

t.test("a plot of the test rows' curves, with their areas in words", async (t) => {
  const svg = `${writeText("folder.txt", "")}.svg`;
  const { metrics } = await ask(table, ...base, "--set", "depth=3", "--positive", "attack", "--plot", svg);
  const drawn = readFileSync(svg, "utf8");
  const [attack] = metrics.test.labels;
  t.match(drawn, `ROC, area ${attack.rocAuc.value.toFixed(3)}`);
  t.match(drawn, `Precision by recall, area ${attack.prAuc.value.toFixed(3)}`);
  t.match(drawn, `${attack.rows} of 60 test rows are attack`);
  t.notMatch(drawn, /NaN|Infinity|undefined/);
});

t.test("the text names model, settings, candidates, metrics and notes", async (t) => {
  const { stdout } = await runDesk("learn", table, ...base, "--vary", "depth=1,4", "--folds", "2", "--threads", "1");
  t.match(stdout, /^tree \(own\) on 2 features for y: 180 training, 60 validation, 60 test rows\nSettings: depth/);
  t.match(
    stdout,
    /Search: 2 of 2 candidates \(grid\), 2 stratified folds of training rows; \* was chosen\n +depth +macroF1 +sd\n\* /,
  );
  t.match(stdout, /F1 of benign +0\.\d{3} \[0\.\d{3}, [01]\.\d{3}\]/);
  t.match(stdout, /test: truth \\ prediction +attack +benign\nattack /);
});

t.test("as a person runs it: exit codes, and one JSON document for a failure too", async (t) => {
  const run = await startDesk("learn", table, "--target", "y", "--model", "tree", "--set", "depth=x", "--json");
  t.equal(run.code, 2);
  t.match(JSON.parse(run.stdout), { code: "FLM_USAGE" });
  t.notOk(existsSync(`${table}.predictions`));
});
