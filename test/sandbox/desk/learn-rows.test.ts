import { readFileSync } from "node:fs";
import t from "tap";
import { runDesk, writeText } from "./label-desk.js";
import { ask, base, edit, rows, table, toCsv } from "./learn-desk.js";

t.test("without a split column one is drawn, and said so", async (t) => {
  const bare = writeText("bare.csv", toCsv(rows.map(({ x, noise, y }) => ({ x, noise, y }))));
  const report = await ask(bare, ...base);
  t.equal(report.split, null);
  t.same(report.rows, { train: 192, validation: 48, test: 60, unlabeledTrain: 0 });
  t.match(report.warnings[0], /No split column: 64\/16\/20 % of the rows of each label/);
  const timed = writeText("bare-timed.csv", toCsv(rows.map(({ x, y }, at) => ({ at: -at, x, y }))));
  const [first] = (await ask(timed, ...base, "--time", "at")).warnings;
  t.match(first, /in time order/);
});

t.test("soft labels train, ground truth measures", async (t) => {
  const soft = rows.map(({ y, ...row }) => {
    const share = y === "attack" ? 0.9 : 0.2;
    return { ...row, y: row.split === "train" ? "" : y, p_attack: share, p_benign: (1 - share).toFixed(2) };
  });
  const path = writeText("soft.csv", toCsv(soft));
  const report = await ask(
    path,
    ...base,
    "--soft",
    "p_attack,p_benign",
    "--set",
    "depth=2",
    "--search",
    "grid",
    "--vary",
    "leafRows=1,5",
    "--folds",
    "2",
  );
  t.match(report, { learnsFrom: "soft", labels: ["attack", "benign"], rows: { train: 180 }, features: ["x", "noise"] });
  t.equal(report.metrics.train.macroF1.value, null, "no ground truth of training rows");
  t.match(report.metrics.train.macroF1.reason, /No row has ground truth/);
  t.ok(report.metrics.test.macroF1.value > 0.7);
  t.match(report.warnings.join(), /most probable soft label/);
  const one = await ask(path, ...base, "--soft", "p_attack", "--features", "x,noise", "--set", "depth=2");
  const both = await ask(path, ...base, "--soft", "p_attack,p_benign", "--set", "depth=2");
  t.same(one.metrics, both.metrics, "of two labels one column is enough");
  const gaps = soft.map((row, index) => (index % 10 === 0 ? { ...row, p_attack: "", p_benign: "" } : row));
  const { rows: counts } = await ask(writeText("gaps.csv", toCsv(gaps)), ...base, "--soft", "p_attack,p_benign");
  t.same(counts, { train: 150, validation: 60, test: 60, unlabeledTrain: 30 });
});

t.test("from votes to a classifier: fit a label model, write soft labels, learn from them", async (t) => {
  const vote = (votes: boolean, label: string) => (votes ? label : "");
  const voted = rows.map(({ x, noise, y, split }, row) => ({
    x,
    noise,
    y: split === "train" ? "" : y,
    split,
    high: vote(x > 0.6, "attack"),
    low: vote(x < 0.4, "benign"),
    other: vote(row % 3 === 0, x > 0.5 ? "attack" : "benign"),
  }));
  const path = writeText("voted.csv", toCsv(voted));
  const [model, labeled] = [`${writeText("folder.txt", "")}.model.json`, `${writeText("folder.txt", "")}.labeled.csv`];
  const lfs = ["--lfs", "high,low,other"];
  t.equal((await runDesk("label", "fit", path, ...lfs, "--labels", "benign,attack", "--out", model)).code, 0);
  const applied = await runDesk("label", "apply", model, path, ...lfs, "--out", labeled, "--json");
  t.equal(applied.code, 0, applied.stderr);
  const { labeledRows, softLabels, out } = JSON.parse(applied.stdout);
  t.equal(out, labeled);
  const lines = readFileSync(labeled, "utf8").trimEnd().split("\n");
  t.equal(lines[0], "x,noise,y,split,high,low,other,p_benign,p_attack");
  t.equal(lines.length, 301);
  t.equal(
    lines.filter((line) => line.endsWith(",,")).length,
    300 - labeledRows,
    "rows without a vote have no soft label",
  );
  const first = softLabels.findIndex((row: number[] | null) => row !== null);
  t.same(lines[1 + first]!.split(",").slice(-2).map(Number), softLabels[first]);
  const report = await ask(
    labeled,
    ...base,
    "--soft",
    "p_benign,p_attack",
    "--features",
    "x,noise",
    "--set",
    "depth=3",
  );
  t.ok(report.metrics.test.macroF1.value > 0.7 && report.rows.unlabeledTrain > 0);
  t.match(await runDesk("label", "apply", model, path, ...lfs, "--out", labeled), {
    code: 1,
    stderr: /^FLM_FILE_EXISTS/,
  });
  t.match(await runDesk("label", "apply", model, labeled, ...lfs, "--out", `${labeled}.csv`), {
    code: 1,
    stderr: /^FLM_SCHEMA: .*p_benign already/,
  });
});

t.test("missing values: trees read them, medians of training rows fill them for others", async (t) => {
  const holes = rows.map((row, index) => (index % 7 === 0 ? { ...row, noise: index % 14 === 0 ? "" : "inf" } : row));
  const path = writeText("holes.csv", toCsv(holes));
  t.ok((await ask(path, ...base)).metrics.test.macroF1.value > 0.6);
  const refused = await runDesk("learn", path, "--target", "y", "--model", "logistic");
  t.match(refused, {
    code: 1,
    stderr: /^FLM_LEARN_MISSING: logistic cannot read.*43 of 300 rows.*in noise\..*--missing median/,
  });
  const filled = await ask(path, "--target", "y", "--model", "logistic", "--missing", "median");
  t.same(filled.imputed, { noise: 43 });
  t.ok(filled.metrics.test.macroF1.value > 0.7);
});

t.test("medians are those of training rows: test rows teach nothing", async (t) => {
  const split = (count: number, cells: string) => new Array<string>(count).fill(cells);
  const lines = [
    ...split(6, "0,benign,train"),
    ...split(4, "9,attack,train"),
    ...split(30, "9,attack,test"),
    ",benign,test",
  ];
  const out = `${writeText("folder.txt", "")}.medians.csv`;
  const path = writeText("medians.csv", `x,y,split\n${lines.join("\n")}\n`);
  await ask(path, ...base, "--missing", "median", "--predictions", out);
  t.match(readFileSync(out, "utf8").trimEnd().split("\n").at(-1), /^41,test,benign,benign,0,1$/);
});

t.test("sequences of an LSTM stay within their segment", async (t) => {
  // The label says how the row before was: only a sequence can know.
  const series = rows.map(({ x, split }, at) => ({
    at: at >> 1,
    pair: at % 2,
    x: x > 0.5 ? 1 : 0,
    split,
    y: at < 2 || rows[at - 2]!.x > 0.5 ? 1 : 0,
  }));
  const path = writeText("series.csv", toCsv(series.reverse()));
  const common = [
    path,
    "--target",
    "y",
    "--model",
    "lstm",
    "--time",
    "at",
    "--sequence-of",
    "pair",
    "--set",
    "units=8",
    "--set",
    "learningRate=0.03",
    "--set",
    "epochs=12",
    "--set",
    "patience=null",
  ];
  const report = await ask(...common, "--steps", "2");
  t.match(report, { sequences: { of: "pair", time: "at", steps: 2 }, features: ["x"], labels: ["0", "1"] });
  t.ok(report.metrics.test.accuracy.value > 0.95, `accuracy ${report.metrics.test.accuracy.value}`);
  t.ok((await ask(...common, "--steps", "1")).metrics.test.accuracy.value < 0.8, "alone it cannot");
});

t.test("synthetic rows of a drawn split train", async (t) => {
  const made = rows.map(({ x, noise, y }, index) => ({ x, noise, y, synthetic: index < 100 ? 1 : 0 }));
  const report = await ask(writeText("synthetic.csv", toCsv(made)), ...base);
  t.same(report.rows, { train: 228, validation: 32, test: 40, unlabeledTrain: 0 });
  t.same(report.features, ["x", "noise"], "and their flag is no feature");
  const late = rows.map(({ x, y }, at) => ({ at, x, y, synthetic: at < 200 ? 0 : 1 }));
  const timed = await ask(writeText("late.csv", toCsv(late)), ...base, "--time", "at");
  t.same(timed.rows, { train: 228, validation: 32, test: 40, unlabeledTrain: 0 });
});

t.test("a label that training never saw, and a solver that ran out of steps, are told", async (t) => {
  const late = edit((row) => ({ ...row, y: row.split === "test" && row.x > 0.9 ? "worm" : row.y }));
  const unseen = await ask(writeText("learn-late.csv", late), ...base, "--positive", "attack");
  t.match(unseen.warnings, [/^No training row is worm: the classifier cannot predict it/]);
  t.equal(unseen.metrics.test.labels[2].recall.value, 0);
  const hasty = await ask(table, "--target", "y", "--model", "logistic", "--set", "iterations=1");
  t.match(hasty.warnings, [/^The solver had not converged after 1 steps/]);
});
