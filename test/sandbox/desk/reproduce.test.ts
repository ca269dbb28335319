import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatCell } from "@flamenco/sandbox/reproduce";
import t from "tap";
import { runDesk } from "./label-desk.js";

t.test("cic-ddos --small takes data that ship: report, JSON and charts", async (t) => {
  const out = join(t.testdir(), "report");
  const run = await runDesk("reproduce", "cic-ddos", "--small", "--out", out, "--json");
  t.equal(run.code, 0, run.stderr);
  const report = JSON.parse(run.stdout);
  t.match(report, { study: "cic-ddos", small: true, seed: 1, sizes: { rows: 1000, attack: 700, testRows: 200 } });
  t.strictSame(JSON.parse(readFileSync(join(out, "report.json"), "utf8")), report);
  t.equal(report.claims[0].verdict, "holds");
  const markdown = readFileSync(join(out, "report.md"), "utf8");
  t.match(markdown, "## Table 6: how often predictions differ");
  for (const { file } of report.charts) {
    t.ok(existsSync(join(out, file)));
    t.match(markdown, `](${file})`);
  }
  const again = await runDesk("reproduce", "cic-ddos", "--small", "--out", out, "--seed", "2", "--json");
  t.notSame(JSON.parse(again.stdout).tables, report.tables, "another seed, another split");
});

t.test("a study whose data do not ship asks for them; data that are not there are named", async (t) => {
  const without = await runDesk("reproduce", "worf", "--small");
  t.equal(without.code, 2);
  t.match(without.stderr, "needs --data");
  const out = join(t.testdir(), "out");
  const absent = await runDesk("reproduce", "ark", "--data", t.testdirName, "--out", out);
  t.equal(absent.code, 1);
  t.match(absent.stderr, /FLM_STUDY_DATA: .*2_rtt\/wenqinshao_rtt.*github\.com/);
  t.notOk(existsSync(out), "nothing is written");
  t.equal((await runDesk("reproduce", "mawi")).code, 2);
});

t.test("numbers are shown to three decimals, with their interval where there is one", async (t) => {
  t.strictSame(
    [0.12345, 0.00012, 1, 10_676, null, "n", { value: 0.5, interval: [0.4, 0.6] as const }].map(formatCell),
    ["0.123", "0.00012", "1", "10,676", "-", "n", "0.500 [0.400, 0.600]"],
  );
});
