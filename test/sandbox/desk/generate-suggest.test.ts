import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

const client = fileURLToPath(new URL("../../../../client/bin/flamenco.js", import.meta.url));
const desk = fileURLToPath(new URL("../../../../sandbox/bin/flamenco-desk.js", import.meta.url));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run a program as a person would. */
function run(program: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const flamenco = (...args: string[]) => run(client, args);
/** What `flamenco lf generate` and `flamenco lf suggest` are delegated to. */
const flamencoDesk = (...args: string[]) => run(desk, args);

/** A table in which `rtt` decides, `noise` does not, and `note` is text; `__proto__` is there to do harm. */
function writeTable(path: string, change: (line: string, row: number) => string = (line) => line): string {
  const random = new SeededRandom(4);
  const rows = Array.from({ length: 240 }, (_, row) => {
    const label = random.nextFloat() < 0.4 ? 1 : -1;
    const rtt = (60 + 80 * (label === 1 ? 1 : 0) + 40 * random.nextFloat()).toFixed(3);
    const split = ["val", "train", "train", "test"][row % 4];
    return change(
      `${split},${label},${rtt},${random.nextFloat().toFixed(4)},n${row},${label * 2 + random.nextFloat() * 3}`,
      row,
    );
  });
  writeFileSync(path, `split,y,rtt ms,noise,note,__proto__\n${rows.join("\n")}\n`);
  return path;
}

t.test("what is generated passes lf check, and lf test reads the same file", async (t) => {
  const folder = t.testdir();
  const data = writeTable(join(folder, "rtt.csv"));
  const out = join(folder, "found");
  const answer = await flamenco("lf", "generate", data, "--label", "y", "--split", "split", "--out", out, "--json");
  t.equal(answer.code, 0, answer.stderr);
  const report = JSON.parse(answer.stdout);
  t.strictSame(readdirSync(out).sort(), [...report.files].sort());
  t.match(report, {
    package: "local/found",
    kind: "table/1",
    rows: { validation: 60, train: 120, test: 60 },
    task: { labels: ["negative", "positive"], positive: "positive" },
    leftOut: [{ column: "note" }],
  });
  t.ok(report.validation.f1.positive > 0.95 && report.train.f1.negative > 0.95 && report.test.coverage > 0.95);
  t.ok(
    report.iterations.every((one: { gamma: number; weights: unknown[] }) => one.gamma >= 0 && one.weights.length > 0),
  );
  for (const lf of report.lfs) {
    for (const { form, written, flagged } of lf.thresholds) {
      t.equal(form === "statistic", written.includes("stats."));
      t.equal(flagged, form === "literal" && written !== "0");
    }
  }
  const check = await flamenco("lf", "check", out, "--json");
  t.equal(check.code, 0, check.stdout);
  const test = JSON.parse((await flamenco("lf", "test", out, "--data", data, "--labels-column", "y", "--json")).stdout);
  t.equal(test.trial.rows, 240);
  t.equal(test.trial.labeledRows, 240);
  const coverage = report.lfs[0].validation.coverage;
  t.ok(Math.abs(test.trial.lfs[0].coverage - coverage) < 0.1);

  const again = await flamencoDesk("lf", "generate", data, "--label", "y", "--split", "split", "--out", out);
  t.equal(again.code, 1);
  t.match(again.stderr, /FLM_FILE_EXISTS/);

  const suggestion = await flamenco(
    "lf",
    "suggest",
    data,
    "--label",
    "y",
    "--lfs",
    out,
    "--cardinality",
    "2",
    "--top",
    "2",
    "--json",
  );
  t.equal(suggestion.code, 0, suggestion.stderr);
  const { lfs, suggestions } = JSON.parse(suggestion.stdout);
  t.strictSame(
    lfs,
    report.lfs.map(({ name }: { name: string }) => name),
  );
  t.ok(suggestions.length <= 2);
  for (const { adds } of suggestions) t.ok(adds.positiveF1Before > 0.9);
});

t.test("suggestions say rule, coverage, precision and what they add to given votes", async (t) => {
  const folder = t.testdir();
  const data = writeTable(join(folder, "rtt.csv"));
  const lines = readFileSync(data, "utf8").trim().split("\n").slice(1);
  const votes = join(folder, "votes.csv");
  writeFileSync(votes, `votes\n${lines.map((_, row) => (row % 5 === 0 ? "0" : ".")).join("\n")}\n`);
  const answer = await flamencoDesk("lf", "suggest", data, "--label", "y", "--votes", votes, "--json");
  t.equal(answer.code, 0, answer.stderr);
  const { lfs, suggestions } = JSON.parse(answer.stdout);
  t.strictSame(lfs, ["lf0"]);
  t.match(suggestions[0], {
    features: ["rtt_ms"],
    adds: { coverageGainedRows: 96 },
    reason:
      /Votes .*rtt_ms.* Right in .* of its votes on .* of the validation rows; 96 training rows that nothing covered, \d+ where it disagrees; F1 of positive .* to /,
  });
  writeFileSync(votes, "votes\n0\n1\n");
  t.match(
    (await flamencoDesk("lf", "suggest", data, "--label", "y", "--votes", votes)).stderr,
    /FLM_SCHEMA.* has 2 rows/,
  );
});

t.test("what cannot be searched is told with a code and without a cell", async (t) => {
  const folder = t.testdir();
  const out = join(folder, "out");
  const table = join(folder, "table.csv");
  const generate = (...args: string[]) => flamencoDesk("lf", "generate", table, "--out", out, ...args);
  writeTable(table, (line, row) => (row === 3 ? line.replace(/^[a-z]+/, "hunter2") : line));
  const split = await generate("--label", "y");
  t.match(split, { code: 1, stderr: /FLM_SCHEMA/ });
  t.notMatch(split.stderr, /hunter2/);
  writeTable(table, (line) => line.replace(/^val,-?1/, "val,"));
  t.match(await generate("--label", "y"), { code: 1, stderr: /no labeled validation row/ });
  writeTable(table);
  t.match(await generate("--label", "absent"), { code: 1, stderr: /has no column "absent"/ });
  t.match(await generate(), { code: 2 });
  mkdirSync(join(out, "inside"), { recursive: true });
  t.match(await generate("--label", "y"), { code: 1, stderr: /FLM_FILE_EXISTS/ });
  t.strictSame(readdirSync(out), ["inside"]);
});
