import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import t from "tap";
import { drawMixture } from "../preprocess/mixtures.js";
import { runDesk, startDesk, writeText } from "./label-desk.js";

// biome-ignore lint/suspicious/noExplicitAny: tests read whatever the documents hold
async function ask(...args: string[]): Promise<any> {
  const run = await runDesk("data", ...args, "--json");
  if (run.code !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

let made = 0;
/** A path at which nothing is yet. */
const newPath = (): string => {
  made += 1;
  return `${writeText("folder.txt", "")}-${made}.csv`;
};
const readRows = (path: string): string[][] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

const values = drawMixture(2, 3, { values: 600, outliers: 0 });
const series = writeText(
  "series.csv",
  `timeMs,pair,rtt\n${[...values].map((value, row) => `${row * 1000},p${row % 2},${row % 40 === 0 ? "" : value}`).join("\n")}\n`,
);

t.test("modality of a column, of each group, and on chosen rows", async (t) => {
  const svg = newPath();
  const { groups } = await ask("modality", series, "--column", "rtt", "--svg", svg, "--unit", "ms");
  t.match(groups, [{ values: 585, missing: 15, modes: [{}, {}] }]);
  t.ok(groups[0].modes.length === 2 && groups[0].splits.length === 1 && groups[0].curve.length < 600);
  t.match(readFileSync(svg, "utf8"), /^<svg .*2 modes in 585 values/s);
  const split = groups[0].splits[0];
  const lower = await ask("modality", series, "--column", "rtt", "--where", `rtt < ${split}`, "--by", "pair");
  t.strictSame(
    lower.groups.map(({ key, modes }: { key: string[]; modes: unknown[] }) => [key[0], modes.length]).sort(),
    [
      ["p0", 1],
      ["p1", 1],
    ],
  );
  t.match(
    (await runDesk("data", "modality", series, "--column", "rtt", "--by", "pair")).stdout,
    /2 groups, 2 of them with more than one mode/,
  );
});

t.test("thresholds warn of a column with several modes", async (t) => {
  const both = await ask("thresholds", series, "--column", "rtt");
  t.equal(both.thresholds.length, 4);
  t.match(both.warnings, [/2 modes/]);
  const svg = newPath();
  const one = await ask(
    "thresholds",
    series,
    "--column",
    "rtt",
    "--method",
    "mad",
    "--where",
    "pair = 'p0'",
    "--svg",
    svg,
  );
  t.equal(one.thresholds.length, 1);
  t.ok(existsSync(svg));
});

t.test("label, augment, split and oversample, one after the other, keep every cell as the file has it", async (t) => {
  const source = writeText(
    "cells.csv",
    'id,rtt,note\n=1+1,1.50,"a,b"\n-2,2.0e1,@x\n+3,,y\n04,300,"say ""no"""\n05,310,z\n',
  );
  const [labeled, wide, split, more] = [newPath(), newPath(), newPath(), newPath()];
  t.match(await ask("label", source, "--rule", "slow: rtt > 100", "--otherwise", "fine", "--out", labeled), {
    steps: [{ step: "label", rows: { fine: 3, slow: 2 } }],
  });
  await ask("augment", labeled, "--column", "rtt", "--window", "2", "--out", wide);
  await ask("split", wide, "--preset", "flow", "--stratify", "label", "--out", split, "--seed", "3");
  const answer = await ask(
    "oversample",
    split,
    "--label",
    "fine",
    "--method",
    "uniform",
    "--bounds",
    "rtt=1:2",
    "--count",
    "2",
    "--out",
    more,
  );
  t.match(answer, { rows: 7, steps: [{ made: 2 }] });
  const lines = readFileSync(more, "utf8").split("\n");
  t.equal(
    lines[0],
    "id,rtt,note,label,windowCount,windowMin,windowMean,windowSd,windowQ1,windowMedian,windowQ3,windowMax,split,synthetic",
  );
  t.match(lines[1], /^=1\+1,1\.50,"a,b",fine,1,1\.5,1\.5,,1\.5,1\.5,1\.5,1\.5,\w+,0$/);
  t.match(lines[3], /^\+3,,y,fine,2,/);
  t.match(lines[4], /^04,300,"say ""no""",slow,/);
  t.match(lines[6], /,train,1$/);
});

t.test("labels by an alert report, in JSON or CSV, and by another column", async (t) => {
  const flows = writeText("flows.csv", "startTimeMs,src,dst,Label\n1000,a,b,BENIGN\n2000,b,c,DDoS\n9000,a,c,?\n");
  const reports = [
    writeText("alerts.json", '[{"start": 0, "end": 5000, "addresses": ["a"]}]'),
    writeText("alerts.csv", "start,end,addresses\n1970-01-01T00:00:00Z,1970-01-01T00:00:05Z,a x\n"),
  ];
  for (const report of reports) {
    const out = newPath();
    await ask(
      "label",
      flows,
      "--alerts",
      report,
      "--time",
      "startTimeMs",
      "--addresses",
      "src,dst",
      "--otherwise",
      "benign",
      "--out",
      out,
    );
    t.strictSame(
      readRows(out).map((row) => row[4]),
      ["label", "attack", "benign", "benign"],
    );
  }
  const out = newPath();
  await ask(
    "label",
    flows,
    "--column",
    "Label",
    "--map",
    "BENIGN=benign",
    "--map",
    "DDoS=attack",
    "--into",
    "y",
    "--out",
    out,
  );
  t.strictSame(
    readRows(out).map((row) => row[4]),
    ["y", "benign", "attack", ""],
  );
});

t.test("select tells near-duplicates, importance of a target, and writes the columns that stay", async (t) => {
  const lines = [...values].map(
    (value, row) => `${value},${3 * value + 1},${(row * 7919) % 101},${value > values[0]! ? "high" : "low"},n${row}`,
  );
  const path = writeText("features.csv", `a,b,noise,y,name\n${lines.join("\n")}\n`);
  const [out, svg] = [newPath(), newPath()];
  const answer = await ask("select", path, "--target", "y", "--out", out, "--svg", svg);
  t.match(answer, { keep: { length: 2 }, nearDuplicates: { length: 1 } });
  t.ok(Math.abs(answer.nearDuplicates[0].correlation) > 0.999);
  t.equal(answer.importance.features.at(-1).field, "noise");
  t.equal(readRows(out)[0]!.length, 4, "the text column and the target stay");
  t.match((await runDesk("data", "select", path)).stdout, /repeats/);
  t.match(readFileSync(svg, "utf8"), /Spearman/);
});

t.test("a pipeline file does what its steps do one by one, and the same seed the same bytes", async (t) => {
  const pipeline = writeText(
    "prepare.yaml",
    "schema: flamenco-pipeline/1\nsteps:\n  - { step: segment, by: [pair], modesOf: rtt }\n  - { step: augment, column: rtt, by: [pair], time: timeMs, rows: 5 }\n  - { step: split, preset: atlas, within: segment }\n",
  );
  const outs = [newPath(), newPath(), newPath()];
  const answer = await ask("run", pipeline, series, "--out", outs[0]!, "--seed", "4");
  t.match(answer, { pipeline: /^[0-9a-f]{64}$/, rows: 600, steps: [{ groups: 2, segments: 4 }, {}, { rows: {} }] });
  await ask("run", pipeline, series, "--out", outs[1]!, "--seed", "4");
  await ask("run", pipeline, series, "--out", outs[2]!, "--seed", "5");
  const [first, again, other] = outs.map((path) => readFileSync(path, "utf8"));
  t.equal(first, again);
  t.not(first, other);
});

t.test("gzip, semicolons, a byte order mark and CRLF are read", async (t) => {
  const path = writeText("odd.csv.gz", "");
  writeFileSync(
    path,
    gzipSync(
      `\ufeffepoch;rtt;cp\r\n${[...values].map((value) => `2016-11-19 23:59:28;${value};0`).join("\r\n")}\r\n\r\n`,
    ),
  );
  t.match(await ask("modality", path, "--column", "rtt"), { groups: [{ values: 600 }] });
});

t.test("bad input is refused by code, with file and line, never with a cell", async (t) => {
  const secret = "10.20.30.40";
  const refusals: [string, string[], RegExp][] = [
    [`a,b\n1,2\n3,${secret}\n`, ["modality", "--column", "b"], /FLM_SCHEMA.*:3: the column b holds text/],
    ['a,b\n1,"x\ny"\n2,oops\n', ["modality", "--column", "b"], /FLM_SCHEMA.*:2: the column b/],
    [`a,b\n1,2\n${secret}\n`, ["modality", "--column", "a"], /FLM_SCHEMA.*:3: the line has 1 cells, and the heading 2/],
    ["a,a\n1,2\n", ["modality", "--column", "a"], /FLM_SCHEMA.*:1: the column a is there twice/],
    ["a,b\n1,2\n\n3,4\n", ["modality", "--column", "a"], /FLM_SCHEMA.*:3: the line is empty/],
    [`a,b\n1,"${secret}\n`, ["modality", "--column", "a"], /FLM_SCHEMA.*:2: a quote is never closed/],
    [`a,b\n1,"${secret}"x\n`, ["modality", "--column", "a"], /FLM_SCHEMA.*:2: a quoted cell goes on/],
    ["a,b\n", ["modality", "--column", "a"], /FLM_SCHEMA.*no rows/],
    ["", ["modality", "--column", "a"], /FLM_SCHEMA/],
    ["a\n1\n", ["modality", "--column", "a"], /FLM_TOO_FEW_VALUES/],
    ["a\n1\n2\n", ["modality", "--column", "b"], /FLM_FIELD_MISSING/],
    ["a\n1\n2\n", ["modality", "--column", "a", "--where", `a = '${secret}`], /FLM_USAGE/],
    ["a\n1\n2\n", ["modality", "--column", "a", "--min-peak", "2"], /FLM_USAGE/],
    ["a\n1\n2\n", ["augment", "--column", "a", "--window", "5", "--seconds", "5", "--out", "x"], /FLM_USAGE.*not both/],
    ["a\n1\n2\n", ["oversample", "--label", "x", "--out", "x"], /FLM_FIELD_MISSING/],
    ["a\n1\n2\n", ["label", "--out", "x"], /FLM_USAGE.*one of --rule/],
  ];
  for (const [text, [command, ...options], message] of refusals) {
    const run = await runDesk("data", command!, writeText("bad.csv", text), ...options);
    t.match(run.stderr, message);
    t.ok(run.code === 1 || run.code === 2, run.stderr);
    t.notOk(run.stderr.includes(secret));
  }
  t.notOk(existsSync("x"));
  const taken = writeText("taken.csv", "mine\n");
  t.match((await runDesk("data", "split", series, "--preset", "ark", "--out", taken)).stderr, /FLM_FILE_EXISTS/);
  t.equal(readFileSync(taken, "utf8"), "mine\n");
  const binary = writeText("binary.csv", "");
  writeFileSync(binary, Buffer.from([0x61, 0x0a, 0xff, 0xfe]));
  t.match((await runDesk("data", "modality", binary, "--column", "a")).stderr, /FLM_SCHEMA.*UTF-8/);
  writeFileSync(binary, gzipSync("a\n1\n2\n").subarray(0, 15));
  t.match((await runDesk("data", "modality", binary, "--column", "a")).stderr, /FLM_FILE_UNREADABLE/);
});

t.test("attack: a quote that swallows the file, a heading that writes to the terminal", async (t) => {
  const swallowing = writeText("quote.csv", `a,b\n1,"${"x,\n".repeat(2_000_000)}`);
  t.match((await runDesk("data", "modality", swallowing, "--column", "a")).stderr, /FLM_TOO_LARGE.*:2: a row has more/);
  const control = "\u001b[31m";
  const colored = writeText("colored.csv", `${control}a,b\n1,2\n2,3\n3,4\n`);
  for (const args of [["select"], ["modality", "--column", "c"], ["augment", "--column", "b", "--out", newPath()]]) {
    const { stdout, stderr } = await runDesk("data", args[0]!, colored, ...args.slice(1));
    t.notOk((stdout + stderr).includes(control), args.join(" "));
  }
});

t.test("every command has examples, and the program ends with 2 on wrong usage", async (t) => {
  for (const command of ["modality", "thresholds", "oversample", "augment", "select", "split", "label", "run"]) {
    const { stdout, stderr } = await runDesk("data", command, "--help");
    t.match(stdout + stderr, /Examples?:/, command);
  }
  t.equal((await startDesk("data", "split", series)).code, 2);
});
