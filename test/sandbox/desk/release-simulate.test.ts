import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import t from "tap";
import { generateVotes } from "../labeling/noisy-table.js";
import { type DeskRun, runDesk, writeText } from "./label-desk.js";

const ROWS = 20_000;
const { votes, truth } = generateVotes(ROWS, {
  prior: [0.5, 0.5],
  accuracies: [0.7, 0.75, 0.8, 0.85, 0.9].map((accuracy) => [accuracy, accuracy]),
  coverages: [0.9, 0.8, 0.7, 0.6, 0.5],
});
const lines = Array.from({ length: ROWS }, (_, row) => {
  const cells = Array.from(votes.subarray(row * 5, row * 5 + 5), (vote) => (vote < 0 ? "" : vote));
  // The first tenth of the rows is one host's; the others have one each.
  return `${cells.join(",")},${row < ROWS / 10 ? "flooder" : `h${row}`},${truth[row]}`;
});
const file = writeText("votes.csv", `a,b,c,d,e,host,y\n${lines.join("\n")}\n`);
const packed = writeText(
  "small.csv",
  `votes,y\n${Array.from({ length: 500 }, (_, row) => `${row % 2}${row % 2}.,${row % 2}`).join("\n")}\n`,
);
const simulate = (...options: string[]): Promise<DeskRun> => runDesk("release", "simulate", ...options);
const ask = async (...options: string[]) => {
  const run = await simulate(file, ...options, "--json");
  t.equal(run.code, 0, run.stderr);
  return JSON.parse(run.stdout);
};

t.test("exact and released values stand side by side, with the price", async (t) => {
  const report = await ask("--lfs", "a,b,c,d,e");
  t.match(report, {
    preset: "standard",
    seed: null,
    rows: ROWS,
    rowsPerUnit: 1,
    countedRows: ROWS,
    price: { epsilon: 0.5 },
  });
  t.ok(report.price.epsilonSpent <= 0.5);
  t.match(report.notice, /Do not pass it on/);
  for (const { coverage, weight } of report.lfs) {
    t.ok(Math.abs(coverage.exact - coverage.released) < 0.03);
    t.ok(Math.abs(weight.exact - weight.released) < 0.1);
  }
  t.ok(Math.abs(report.accuracy.exact - report.accuracy.released) < 0.05);
  t.ok(Math.abs(report.agreement.exact[0][1] - report.agreement.released[0][1]) < 0.1);
});

t.test("rows of a host count up to the cap, and the column of hosts holds no votes", async (t) => {
  const report = await ask("--unit", "host", "--epsilon", "2", "--rows-per-unit", "2");
  t.equal(report.countedRows, ROWS * 0.9 + 2);
  t.match(report, { unit: "host", units: ROWS * 0.9 + 1, rowsPerUnit: 2, price: { epsilon: 2 } });
  t.equal(report.lfs.length, 5);
});

t.test("where the cap cuts off rows, the expected error says what it supposes", async (t) => {
  const crowded = writeText(
    "crowded.csv",
    `a,b,host\n${Array.from({ length: ROWS }, (_, row) => `${row % 2},${row % 2},h${row % 4000}`).join("\n")}\n`,
  );
  const { stdout } = await simulate(crowded, "--unit", "host", "--rows-per-unit", "1", "--epsilon", "2");
  t.match(stdout, /4000 of them with at most 1 row each: 4000 of 20000 rows count\./);
  t.match(stdout, /every row counts: expect about 5 times as much where 4000 of 20000 do\./);
  t.notMatch((await simulate(crowded, "--epsilon", "2")).stdout, /every row counts/);
});

t.test("a seed repeats its noise, and the output says that it must never be released", async (t) => {
  const options = ["--unit", "host", "--epsilon", "2", "--seed", "7"] as const;
  const [first, second] = [await ask(...options), await ask(...options)];
  t.strictSame(first, second);
  t.match(first.notice, /Never release this output/);
  const text = await simulate(file, ...options);
  t.match(text.stdout, /Never release this output.*exact \| released/s);
});

t.test("small data is refused before any noise, with what would do", async (t) => {
  const run = await simulate(packed);
  t.equal(run.code, 1);
  t.match(run.stderr, /FLM_RELEASE_SWAMPED: .*500 rows and 3 labeling functions at epsilon 0.5.* Would do: \d+ rows/);
});

t.test("bad options are refused, with the accepted range", async (t) => {
  for (const epsilon of ["-1", "0", "NaN", "half", "1e300", "0x1", ""]) {
    const run = await simulate(file, "--unit", "host", `--epsilon=${epsilon}`);
    t.equal(run.code, 1);
    t.match(run.stderr, /FLM_RELEASE_RANGE: epsilon.release must be a number from 0.05 to 8/, epsilon);
  }
  t.match(await simulate(file, "--unit", "nobody"), { code: 2, stderr: /--unit: .* has no column nobody/ });
  t.match(await simulate(file, "--preset", "open"), { code: 2 });
  t.match(await simulate(file, "--unit", "host", "--rows-per-unit", "0"), { code: 1, stderr: /rowsPerUnit must be/ });
});

t.test("the page on privacy shows what the command prints", async (t) => {
  const page = readFileSync(new URL("../../../../docs/privacy.md", import.meta.url), "utf8");
  const script = /node -e '(.*?)' > votes\.csv/s.exec(page)?.[1] ?? "";
  const lines: string[] = [];
  runInNewContext(script, { console: { log: (text: string) => lines.push(text) } });
  const shown = /\$ flamenco release simulate votes\.csv (.*)\n([^`]*)```/.exec(page);
  const run = await runDesk(
    "release",
    "simulate",
    writeText("page.csv", `${lines.join("\n")}\n`),
    ...shown![1]!.split(" "),
  );
  t.equal(run.stdout, shown![2]);
});
