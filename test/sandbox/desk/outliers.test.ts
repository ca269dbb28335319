import { existsSync, readFileSync } from "node:fs";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { runDesk, startDesk, writeText } from "./label-desk.js";

// biome-ignore lint/suspicious/noExplicitAny: tests read whatever the documents hold
async function ask(...args: string[]): Promise<any> {
  const run = await runDesk("outliers", ...args, "--json");
  return run.code === 0 ? JSON.parse(run.stdout) : run;
}

const random = new SeededRandom(8);
const lines = Array.from({ length: 200 }, (_, row) => {
  const isFar = row % 20 === 0;
  const [x, y] = [random.nextFloat() + (isFar ? 5 : 0), random.nextFloat() - (isFar ? 3 : 0)];
  return `host-${row},${x.toFixed(4)},${y.toFixed(4)},${isFar ? 1 : 0}`;
});
const table = writeText("table.csv", `name,x,y,attack\n${lines.join("\n")}\n`);
const holed = writeText("holed.csv", `name,x,y,attack\n${lines.join("\n")}\nlast,,1,\n`);

t.test("every model finds the rows that lie apart and says how well", async (t) => {
  for (const model of ["lof", "envelope", "mcd", "forest"]) {
    const found = await ask(table, "--model", model, "--target", "attack", "--contamination", "0.05");
    t.match(found, { model, backend: "own", rows: 200, flagged: 10, columns: ["x", "y"], leftOut: ["name"] });
    t.match(found.metrics, { rows: 200, labels: [{}, { label: "outlier", rows: 10, f1: { value: 1 } }] }, model);
    t.ok(found.seconds >= 0 && found.parameters.contamination === 0.05);
  }
});

t.test("settings are told back, and the same seed finds the same", async (t) => {
  const forest = ["--model", "forest", "--trees", "20", "--tree-rows", "64", "--seed", "7"];
  const one = await ask(table, ...forest);
  t.match(one, { seed: 7, parameters: { trees: 20, treeRows: 64, contamination: null }, metrics: null });
  t.same({ ...(await ask(table, ...forest)), seconds: 0 }, { ...one, seconds: 0 });
  const near = await ask(
    table,
    "--model",
    "lof",
    "--neighbors",
    "5",
    "--unscaled",
    "--columns",
    "y",
    "--where",
    "x < 3",
  );
  t.match(near, { rows: 190, columns: ["y"], parameters: { neighbors: 5, scale: false } });
});

t.test("flags are written beside the table's own cells; rows that were skipped have none", async (t) => {
  const out = `${table}.flagged.csv`;
  const options = ["--model", "lof", "--contamination", "0.05", "--columns", "x,y", "--missing", "skip", "--out", out];
  t.match(await ask(holed, ...options), { rows: 200, skipped: 1 });
  const written = readFileSync(out, "utf8").trimEnd().split("\n");
  t.equal(written[0], "name,x,y,attack,outlierScore,outlier");
  t.equal(written.filter((line) => line.endsWith(",1")).length, 10);
  for (const [row, line] of lines.entries()) t.ok(written[row + 1]?.startsWith(`${line},`));
  t.equal(written.at(-1), "last,,1,,,");
  t.match(await ask(holed, ...options), { code: 1, stderr: /FLM_FILE_EXISTS/ });
  const again = await ask(out, "--model", "lof", "--missing", "skip", "--out", `${out}.again.csv`);
  t.match(again, { code: 2, stderr: /FLM_USAGE.*has a column outlierScore already/ });
  t.notOk(existsSync(`${out}.again.csv`));
});

t.test("text for people names model, settings and scores", async (t) => {
  const { code, stdout } = await runDesk("outliers", table, "--model", "mcd", "--target", "attack");
  t.equal(code, 0);
  t.match(stdout, /^Robust covariance \(FastMCD\) on 2 columns of 200 rows: \d+ flagged/);
  t.match(stdout, /Note: left out, for they hold text: name/);
  t.match(stdout, /recall +1\.000/);
});

t.test("what cannot be done is refused by code, and no message holds a cell", async (t) => {
  const refused = async (code: string, ...args: string[]) => {
    const { code: exit, stdout, stderr } = await ask(...args);
    t.match(stderr, code, args.slice(1).join(" "));
    t.equal(exit, code === "FLM_USAGE" ? 2 : 1);
    t.notMatch(stdout + stderr, /host-\d/);
  };
  await refused("--missing skip", holed, "--model", "lof");
  await refused("varies over the 3 rows", writeText("flat.csv", "x\n1\n1\n1\n"), "--model", "lof");
  await refused("FLM_LEARN_MISSING", holed, "--model", "lof");
  await refused("FLM_LEARN_FEW_ROWS", table, "--model", "lof", "--neighbors", "200");
  await refused("FLM_LEARN_FEW_ROWS", table, "--model", "forest", "--where", "x < -5");
  await refused("FLM_LEARN_CONSTANT", writeText("flat.csv", "x\n1\n1\n1\n"), "--model", "forest");
  await refused("FLM_SCHEMA", table, "--model", "lof", "--columns", "name");
  await refused("FLM_FIELD_MISSING", table, "--model", "lof", "--target", "nothing");
  await refused("FLM_USAGE", table, "--model", "lof", "--target", "x", "--columns", "x");
  await refused("FLM_USAGE", table, "--model", "lof", "--target", "name", "--positive", "yes");
  await refused("FLM_USAGE", writeText("words.csv", "name\na\nb\n"), "--model", "lof");
  for (const share of ["0", "0.6", "x"]) await refused("FLM_USAGE", table, "--model", "lof", "--contamination", share);
});

t.test("the program itself: usage errors end with 2", async (t) => {
  const run = await startDesk("outliers", table, "--model", "svm");
  t.equal(run.code, 2);
  t.match(run.stderr, /^FLM_USAGE: .*Allowed choices are lof, envelope, mcd, forest/);
  const machine = await startDesk("outliers", table, "--model", "svm", "--json");
  t.equal(machine.code, 2);
  t.match(JSON.parse(machine.stdout), { code: "FLM_USAGE", message: /Allowed choices are lof/ });
});
