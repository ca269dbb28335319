import { existsSync, readFileSync } from "node:fs";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { runDesk, startDesk, writeText } from "./label-desk.js";

// biome-ignore lint/suspicious/noExplicitAny: tests read whatever the documents hold
async function ask(...args: string[]): Promise<any> {
  const run = await runDesk("learn", ...args, "--threads", "1", "--json");
  if (run.code !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

interface Row {
  readonly x: number;
  readonly noise: number;
  readonly y: string;
  readonly split: string;
}

const random = new SeededRandom(4);
const parts = ["train", "train", "train", "validation", "test"];
const rows: Row[] = Array.from({ length: 300 }, (_, row) => {
  const x = random.nextFloat();
  const isAttack = x + 0.5 * random.nextFloat() > 0.75;
  return { x, noise: random.nextFloat(), y: isAttack ? "attack" : "benign", split: parts[row % 5]! };
});
const toCsv = (list: readonly object[]) =>
  `${Object.keys(list[0]!).join(",")}\n${list.map((row) => Object.values(row).join(",")).join("\n")}\n`;
const table = writeText("learn.csv", toCsv(rows));
const base = ["--target", "y", "--model", "tree"];

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

t.test("synthetic rows of a drawn split train", async (t) => {
  const made = rows.map(({ x, noise, y }, index) => ({ x, noise, y, synthetic: index < 100 ? 1 : 0 }));
  const report = await ask(writeText("synthetic.csv", toCsv(made)), ...base);
  t.same(report.rows, { train: 228, validation: 32, test: 40, unlabeledTrain: 0 });
  t.same(report.features, ["x", "noise"], "and their flag is no feature");
  const late = rows.map(({ x, y }, at) => ({ at, x, y, synthetic: at < 200 ? 0 : 1 }));
  const timed = await ask(writeText("late.csv", toCsv(late)), ...base, "--time", "at");
  t.same(timed.rows, { train: 228, validation: 32, test: 40, unlabeledTrain: 0 });
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

const edit = (change: (row: Row, index: number) => object) => toCsv(rows.map(change));
const refusals: Record<string, [string, string[], number, RegExp]> = {
  "no such column": [toCsv(rows), ["--target", "label"], 1, /^FLM_FIELD_MISSING: .* has no column label/],
  "no such feature": [toCsv(rows), ["--features", "x,z"], 1, /^FLM_FIELD_MISSING/],
  "a feature that is the target": [toCsv(rows), ["--features", "x,y"], 2, /^FLM_USAGE: y has another use/],
  "a feature of text": [edit((row) => ({ ...row, word: "red" })), ["--features", "x,word"], 1, /^FLM_SCHEMA.*word/],
  "one label": [edit((row) => ({ ...row, y: "attack" })), [], 1, /^FLM_LEARN_ONE_CLASS/],
  "one label in training": [
    edit((row) => ({ ...row, y: row.split === "train" ? "benign" : row.y })),
    [],
    1,
    /^FLM_LEARN_ONE_CLASS/,
  ],
  "a target of a thousand values": [
    edit((row, index) => ({ ...row, y: index })),
    [],
    1,
    /^FLM_TOO_LARGE.*300 different values/,
  ],
  "constant features": [edit(({ y, split }) => ({ x: 1, y, split })), [], 1, /^FLM_LEARN_CONSTANT/],
  "no numbers at all": [edit(({ y, split }) => ({ x: "a", y, split })), [], 1, /^FLM_LEARN_CONSTANT/],
  "missing alone": [edit(({ y, split }) => ({ x: "", y, split })), [], 1, /^FLM_LEARN_CONSTANT/],
  "nothing to train on": [edit((row) => ({ ...row, split: "test" })), [], 1, /^FLM_LEARN_FEW_ROWS/],
  "another part": [
    edit((row, index) => ({ ...row, split: index === 7 ? "holdout" : row.split })),
    [],
    1,
    /^FLM_SCHEMA: .*learn-bad\.csv:9: the column split says none/,
  ],
  "a rare label in folds": [
    edit((row, index) => ({ ...row, y: index < 3 ? "attack" : "benign" })),
    ["--search", "grid"],
    1,
    /^FLM_LEARN_FOLD: Only 3 training rows are attack/,
  ],
  "a label that comes late": [
    edit((row, index) => ({ ...row, y: index < 250 ? "benign" : row.y })),
    ["--search", "grid", "--cv", "time"],
    1,
    /^FLM_LEARN_FOLD: In fold 1 of 5 in time order, none of the 30 training rows is attack/,
  ],
  "fewer rows than folds": [
    edit((row, index) => ({ ...row, split: index < 8 ? "train" : "test", y: index % 2 })),
    ["--search", "grid", "--folds", "10"],
    1,
    /^FLM_LEARN_FEW_ROWS: 8 training rows cannot make 10 folds/,
  ],
  "no validation rows to hold out": [
    edit((row) => ({ ...row, split: row.split === "validation" ? "train" : row.split })),
    ["--search", "grid", "--cv", "validation"],
    1,
    /^FLM_LEARN_FEW_ROWS/,
  ],
  "soft labels of other names": [
    edit((row) => ({ ...row, p_up: 0.5, p_down: 0.5 })),
    ["--soft", "p_up,p_down"],
    1,
    /^FLM_SCHEMA.*p_LABEL/,
  ],
  "soft labels that sum to 2": [
    edit((row) => ({ ...row, p_attack: 1, p_benign: 1 })),
    ["--soft", "p_attack,p_benign"],
    1,
    /^FLM_SCHEMA: .*:2: the soft labels are not/,
  ],
  "negative soft labels": [
    edit((row) => ({ ...row, p_attack: -1, p_benign: 2 })),
    ["--soft", "p_attack,p_benign"],
    1,
    /^FLM_SCHEMA/,
  ],
  "a time that lacks": [
    edit((row, index) => ({ at: index === 3 ? "" : index, ...row })),
    ["--time", "at"],
    1,
    /^FLM_SCHEMA: .*:5: the column at has no time/,
  ],
  "a positive label that is none": [toCsv(rows), ["--positive", "evil"], 2, /^FLM_USAGE/],
  "a setting of another model": [
    toCsv(rows),
    ["--set", "units=3"],
    2,
    /^FLM_USAGE: tree has no setting units; it has depth, leafRows, classWeights/,
  ],
  "a setting out of range": [toCsv(rows), ["--set", "depth=0"], 2, /^FLM_USAGE: tree cannot have this depth/],
  "a setting without value": [toCsv(rows), ["--set", "depth"], 2, /^FLM_USAGE/],
  "set and varied": [
    toCsv(rows),
    ["--set", "depth=3", "--vary", "depth=1,2"],
    2,
    /^FLM_USAGE: The setting depth is both/,
  ],
  "steps of a tree": [toCsv(rows), ["--steps", "3"], 2, /^FLM_USAGE/],
  "folds without a search": [toCsv(rows), ["--cv", "time"], 2, /^FLM_USAGE: --cv goes with --search/],
  "candidates of a grid": [toCsv(rows), ["--search", "grid", "--candidates", "3"], 2, /^FLM_USAGE/],
  "a preset of another model": [
    toCsv(rows),
    ["--preset", "atlas"],
    2,
    /^FLM_USAGE: tree has no search preset atlas; it has small/,
  ],
  "one fold": [toCsv(rows), ["--search", "grid", "--folds", "1"], 2, /^FLM_USAGE: --folds/],
  "a grid of a billion": [
    toCsv(rows),
    [
      "--model",
      "forest",
      "--search",
      "grid",
      ...["trees", "leafRows", "featuresPerSplit"].flatMap((name) => [
        "--vary",
        `${name}=${Array.from({ length: 1000 }, (_, index) => index + 1).join()}`,
      ]),
    ],
    1,
    /^FLM_TOO_LARGE: The search space has 1000000000 candidates/,
  ],
  "another classifier": [toCsv(rows), ["--model", "svm"], 2, /Allowed choices/],
  "a plot without test rows of one label": [
    edit((row) => ({ ...row, y: row.split === "test" ? "benign" : row.y })),
    ["--plot", "never.svg"],
    1,
    /^FLM_TOO_FEW_VALUES: --plot/,
  ],
  "settings that are no object": [toCsv(rows), ["--settings", writeText("list.json", "[1]")], 1, /^FLM_SCHEMA/],
};

t.test("bad input is refused with a code, in words that never quote a row", async (t) => {
  for (const [name, [text, args, code, message]] of Object.entries(refusals)) {
    const run = await runDesk("learn", writeText("learn-bad.csv", text), ...base, ...args, "--threads", "1");
    t.match(run.stderr, message, name);
    t.equal(run.code, code, name);
    t.equal(run.stdout, "", name);
  }
});

t.test("a label that training never saw, and a solver that ran out of steps, are told", async (t) => {
  const late = edit((row) => ({ ...row, y: row.split === "test" && row.x > 0.9 ? "worm" : row.y }));
  const unseen = await ask(writeText("learn-late.csv", late), ...base, "--positive", "attack");
  t.match(unseen.warnings, [/^No training row is worm: the classifier cannot predict it/]);
  t.equal(unseen.metrics.test.labels[2].recall.value, 0);
  const hasty = await ask(table, "--target", "y", "--model", "logistic", "--set", "iterations=1");
  t.match(hasty.warnings, [/^The solver had not converged after 1 steps/]);
});

t.test("as a person runs it: exit codes, and one JSON document for a failure too", async (t) => {
  const run = await startDesk("learn", table, "--target", "y", "--model", "tree", "--set", "depth=x", "--json");
  t.equal(run.code, 2);
  t.match(JSON.parse(run.stdout), { code: "FLM_USAGE" });
  t.notOk(existsSync(`${table}.predictions`));
});
