import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { csvOf, northPath, rowWith, runDataset, southPath } from "./import-fixture.js";

t.setTimeout(180_000);

const labels = ["--labels", "benign=BENIGN,attack=DrDoS_NTP"];

t.test("add, list and show tell the operator everything but rows", async (t) => {
  const dataDir = t.testdir();
  t.match(runDataset(dataDir, "list"), { code: 0, out: /no dataset yet/ });
  const added = runDataset(dataDir, "add", "north", northPath, ...labels);
  t.match(added, { code: 0, err: "" });
  t.match(added.out, /read +1,000 rows/);
  t.match(added.out, /dropped +3 +infinite/);
  t.match(added.out, /attack +698/);
  t.equal(runDataset(dataDir, "add", "south", southPath).code, 0);
  t.match(runDataset(dataDir, "list").out, /^name .*\nnorth +flow\/1 +997 +benign, attack .*\nsouth +flow\/1 +895 +- /);
  const shown = runDataset(dataDir, "show", "north");
  t.match(shown.out, /averagePacketSize +997 +353\.009/);
  t.match(shown.out, /lacks: startTimeMs/);
  for (const { out } of [added, shown]) t.notMatch(out, /192\.168\.|172\.16\./, "no address");
});

t.test("--json answers one document", async (t) => {
  const dataDir = t.testdir();
  const added = JSON.parse(runDataset(dataDir, "add", "north", northPath, ...labels, "--json").out);
  t.match(added, {
    dataset: "north",
    version: /^[0-9a-f]{64}$/,
    manifest: { rows: 997 },
    labelCounts: [
      { label: "attack", rows: 698 },
      { label: "benign", rows: 299 },
    ],
  });
  const dry = JSON.parse(runDataset(dataDir, "add", "north", southPath, "--dry-run", "--json").out);
  t.match(dry, { version: null, manifest: { rows: 895, truth: null } });
  t.match(JSON.parse(runDataset(dataDir, "list", "--json").out), {
    datasets: [{ name: "north", version: added.version, rows: 997 }],
    damaged: [],
  });
  t.match(JSON.parse(runDataset(dataDir, "show", "north", "--json").out), {
    version: added.version,
    manifest: { name: "north" },
    versions: [{}],
  });
});

t.test("failures name their code and leave a non-zero exit code", async (t) => {
  const dataDir = t.testdir();
  const cases: readonly [string[], RegExp, number][] = [
    [["add", "../x", northPath], /FLM_DATASET_NAME/, 1],
    [["add", "north", "nowhere.csv"], /FLM_FILE_UNREADABLE: nowhere\.csv/, 1],
    [["add", "north", northPath, "--dialect", "abacus"], /FLM_USAGE.*auto, cic/, 2],
    [["add", "north", northPath, "--labels", "x"], /FLM_USAGE/, 2],
    [["show", "north"], /FLM_DATASET_UNKNOWN/, 1],
    [["add", "north"], /missing required argument 'files'/, 2],
    [["ad"], /unknown command/, 2],
  ];
  for (const [words, expected, expectedCode] of cases) {
    const { code, out, err } = runDataset(dataDir, ...words);
    t.equal(code, expectedCode, words.join(" "));
    t.match(err, expected);
    t.equal(out, "");
  }
});

t.test("a damaged dataset is named, and the others are listed", async (t) => {
  const dataDir = t.testdir();
  runDataset(dataDir, "add", "north", northPath);
  runDataset(dataDir, "add", "south", southPath);
  writeFileSync(join(dataDir, "node/datasets/north/current"), "nonsense");
  t.match(runDataset(dataDir, "list"), {
    code: 1,
    out: /south/,
    err: /^FLM_DATASET_CORRUPT: The dataset north is damaged/,
  });
});

t.test("a header cannot write on the operator's terminal", async (t) => {
  const dataDir = t.testdir();
  const path = join(dataDir, "input.csv");
  writeFileSync(path, csvOf([rowWith(0)]).replace(" Inbound", "\u202Egnp.\u200Bexe"));
  const { code, out } = runDataset(dataDir, "add", "north", path);
  t.equal(code, 0);
  t.match(out, /left out: \uFFFDgnp\.\uFFFDexe/);
});

t.test("every command explains itself with an example", async (t) => {
  for (const command of ["add", "list", "show"]) {
    t.match(runDataset(t.testdir(), command, "--help"), {
      code: 0,
      out: new RegExp(`Examples:\\n +flamenco dataset ${command}`),
    });
  }
});
