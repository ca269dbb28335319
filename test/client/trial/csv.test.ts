import { execFileSync } from "node:child_process";
import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type DatasetStatistics, type Kind, kindOf } from "@flamenco/policies/wire";
import t from "tap";
import { type CommandResult, documentOf, program, runFlamenco } from "../support/command-line.js";
import { description, packageFiles, writeFolder } from "../support/folders.js";

// Every command is a process of its own; a busy machine starts them slowly.
t.setTimeout(300_000);

interface TrialModule {
  readCsvTable(options: {
    path: string;
    kind: Kind;
    labels: readonly string[];
    fields: ReadonlySet<string>;
    labelsColumn?: string;
  }): Promise<{ rows: number; leftOut: string[]; columns: Map<string, unknown> }>;
  readStatistics(path: string, kind: Kind): Promise<DatasetStatistics>;
}

/** The part itself, for what would otherwise be a process a line: a second each. The package exports its SDK alone. */
const trial = (await import(
  pathToFileURL(join(dirname(program), "..", "dist", "trial", "index.js")).href
)) as TrialModule;
const flow = kindOf("flow/1");

const ESC = String.fromCharCode(27);
const source = `import { ABSTAIN, type Flow, type Stats } from "@flamenco/lf";

/** Few packets. */
export function few(flow: Flow, stats: Stats<Flow>) {
  return flow.packets <= stats.packets.p50 ? "benign" : ABSTAIN;
}

/** Low port. */
export function low(flow: Flow) {
  return flow.srcPort < 1024 ? "attack" : ABSTAIN;
}
`;

const home = t.testdir();
const folder = await writeFolder(join(home, "lfs"), packageFiles({ "lfs.ts": source }));

async function test(...args: string[]): Promise<CommandResult> {
  return runFlamenco(["lf", "test", folder, ...args]);
}

async function testData(text: string | Uint8Array, ...args: string[]): Promise<CommandResult> {
  const file = join(home, "rows.csv");
  await writeFile(file, text);
  return test("--data", file, "--json", ...args);
}

t.test("votes, coverage and errors by row of the author's own data", async (t) => {
  const rows = "packets,label,srcPort\n1,benign,9000\n2,attack,80\n,attack,80\n4,other,\n9,benign,22\n";
  const { code, stdout } = await testData(rows, "--labels-column", "label");
  t.equal(code, 0);
  const { trial, ...report } = JSON.parse(stdout);
  t.match(report, { kind: "flow/1", labels: ["benign", "attack"], source: "data", statistics: "rows", passed: true });
  // p50 of 1, 2, 4, 9 is 3.
  t.match(trial, { rows: 5, labeledRows: 4, coverage: 0.8, overlap: 0.2, conflict: 0.2 });
  t.match(trial.lfs, [
    { name: "few", votes: { benign: 2, attack: 0 }, abstained: 3, coverage: 0.4, correct: 1, incorrect: 1 },
    { name: "low", votes: { benign: 0, attack: 3 }, abstained: 2, coverage: 0.6, correct: 2, incorrect: 1 },
  ]);
  t.strictSame(trial.lfs[0].firstErrors, [
    { row: 2, line: 3, voted: "benign", label: "attack", values: { packets: 2 } },
  ]);
  const spoken = await test("--data", join(home, "rows.csv"), "--labels-column", "label");
  t.match(spoken.stdout, /row 2 \(line 3\): voted benign, is attack; packets 2/);
});

t.test("quotes, CRLF, a byte order mark, blank lines and no last line feed are read as they are meant", async (t) => {
  const text = '\ufeff"packets",srcPort,service\r\n\r\n"1",80,"a ""b"", c\r\nd"\r\n2,90,x';
  const plain = await testData(text.replace(",service", ",srcAddr"));
  t.match(documentOf(plain), { trial: { rows: 2, lfs: [{ votes: { benign: 1 } }, { votes: { attack: 2 } }] } });
});

t.test("statistics of a file take the place of the rows' own; a wrong file is a coded error", async (t) => {
  const one = { count: 9, mean: 1, sd: 1, p5: 1, p10: 1, p25: 1, p50: 1, p75: 1, p90: 1, p95: 1 };
  const files = await writeFolder(join(home, "stats"), {
    "good.json": JSON.stringify({ packets: one }),
    "manifest.json": JSON.stringify({ name: "a", statistics: { packets: one } }),
    "shape.json": JSON.stringify({ packets: { p50: "1" } }),
    "list.json": "[1]",
    "other.json": JSON.stringify({ unknown: one }),
    "binary.json": Uint8Array.of(0xff, 0xfe, 0),
    "empty.json": "",
  });
  const rows = "packets,srcPort\n1,9000\n2,9000\n";
  for (const name of ["good.json", "manifest.json"]) {
    t.match(documentOf(await testData(rows, "--stats", join(files, name))), {
      statistics: "file",
      trial: { lfs: [{ votes: { benign: 1 } }, {}] },
    });
  }
  for (const name of ["shape.json", "list.json", "other.json", "binary.json", "empty.json"]) {
    await t.rejects(trial.readStatistics(join(files, name), flow), { code: "FLM_SCHEMA" }, name);
  }
});

t.test("columns that are no field of the kind are left out and named", async (t) => {
  const path = join(home, "rows.csv");
  await writeFile(path, "note,packets,srcPort,split\nx,1,2,train\n");
  const table = await trial.readCsvTable({ path, kind: flow, labels: ["benign"], fields: new Set(["packets"]) });
  t.same(table.leftOut, ["note", "split"]);
  t.same([...table.columns.keys()], ["packets"]);
});

t.test("what is no table of the kind is a coded error with its line, and quotes no cell", async (t) => {
  const header = "packets,srcPort\n";
  const wrong: [string, string | Uint8Array, string, RegExp][] = [
    ["ragged", `${header}1,2\n1,2,3\n`, "FLM_SCHEMA", /rows\.csv:3 has 3 cells/],
    ["short", `${header}1\n`, "FLM_SCHEMA", /rows\.csv:2 has 1 cells/],
    ["text in a number", `${header}1,SECRET\n`, "FLM_SCHEMA", /rows\.csv:2 srcPort is not a finite number/],
    ["infinity", `${header}1e999,1\n`, "FLM_SCHEMA", /rows\.csv:2 packets is not/],
    ["hexadecimal", `${header}0x10,1\n`, "FLM_SCHEMA", /rows\.csv:2 packets is not/],
    ["open quote", `${header}1,"SECRET\n`, "FLM_SCHEMA", /rows\.csv:2 has a quote that is never closed/],
    ["quote inside", `${header}1,SEC"RET\n`, "FLM_SCHEMA", /rows\.csv:2 has a quote inside/],
    ["text after a quote", `${header}1,"2"SECRET\n`, "FLM_SCHEMA", /rows\.csv:2 has text after/],
    ["carriage returns alone", "packets,srcPort\r1,2\r", "FLM_SCHEMA", /rows\.csv:1 has a carriage return/],
    ["zero byte", `${header}1,2\n\0`, "FLM_SCHEMA", /rows\.csv:3 has a zero byte/],
    ["binary", Uint8Array.of(0x50, 0x4b, 3, 4, 0xff, 0xfe), "FLM_SCHEMA", /is not text/],
    ["no row", header, "FLM_SCHEMA", /holds no row/],
    ["nothing", "", "FLM_SCHEMA", /holds no row/],
    ["a misspelt column", `packets,${ESC}[2JsrcPort\n1,2\n`, "FLM_FIELD_MISSING", /lacks what .* read: srcPort/],
    ["a column twice", "packets,packets,srcPort\n1,2,3\n", "FLM_SCHEMA", /the column "packets" twice/],
    ["a column missing", "packets\n1\n", "FLM_FIELD_MISSING", /lacks what the labeling functions read: srcPort/],
    ["CICFlowMeter's names", "Flow Duration,Tot Fwd Pkts\n1,2\n", "FLM_SCHEMA", /flamenco dataset add/],
    ["a huge cell", `${header}${"9".repeat(5000)},1\n`, "FLM_TOO_LARGE", /rows\.csv:2/],
    ["a thousand columns", `${"a,".repeat(1000)}\n`, "FLM_TOO_LARGE", /more than 512 cells/],
  ];
  for (const [name, text, code, message] of wrong) {
    const path = join(home, "rows.csv");
    await writeFile(path, text);
    const reading = trial.readCsvTable({
      path,
      kind: flow,
      labels: ["benign"],
      fields: new Set(["packets", "srcPort"]),
    });
    const error = await reading.then(
      () => undefined,
      (caught: Error) => caught,
    );
    t.match(error, { code, message }, name);
    t.notMatch(JSON.stringify(error) + error?.message, /SECRET/, name);
  }
});

t.test("files that are huge, no file, or a link out of the package are refused before they are read", async (t) => {
  const sparse = join(home, "sparse.csv");
  const file = await open(sparse, "w");
  await file.truncate(2 * 1024 ** 3);
  await file.close();
  t.match(documentOf(await test("--json", "--data", sparse)), { code: "FLM_TOO_LARGE", message: /1 GiB/ });
  const pipe = join(home, "pipe");
  execFileSync("mkfifo", [pipe]);
  const fields = new Set(["packets"]);
  for (const path of [pipe, home, "/dev/zero", join(home, "missing.csv")]) {
    await t.rejects(
      trial.readCsvTable({ path, kind: flow, labels: [], fields }),
      { code: "FLM_FILE_UNREADABLE" },
      path,
    );
  }
  const linked = join(home, "linked");
  await mkdir(linked);
  await writeFolder(linked, packageFiles());
  execFileSync("ln", ["-s", "/etc/passwd", join(linked, "lfs.test.json")]);
  t.match(documentOf(await runFlamenco(["lf", "test", linked, "--json"])), {
    code: "FLM_FILE_UNREADABLE",
    message: /symbolic link/,
  });
});

t.test("options that contradict each other or are no numbers are usage errors", async (t) => {
  const rows = "packets,srcPort\n1,2\n";
  const wrong = [
    ["--mock", "5"],
    ["--labels-column", "label"],
    ["--labels-column", "packets"],
  ];
  const codes = ["FLM_USAGE", "FLM_SCHEMA", "FLM_FIELD_MISSING"];
  for (const [index, args] of wrong.entries()) {
    t.match(documentOf(await testData(rows, ...args)), { code: codes[index] }, args.join(" "));
  }
  for (const args of [
    ["--mock", "1000001"],
    ["--mock", "5", "--seed", "x"],
    ["--labels-column", "label"],
  ]) {
    t.match(documentOf(await test("--json", ...args)), { code: "FLM_USAGE" }, args.join(" "));
  }
});

t.test("escapes in the author's own cells and names do not reach the terminal", async (t) => {
  const category = `import { ABSTAIN, type Mosaic } from "@flamenco/lf";
/** Web. */
export function web(flow: Mosaic) { return flow.service !== "web" ? "benign" : ABSTAIN; }
`;
  const lfs = await writeFolder(join(home, "mosaic"), packageFiles({ "lfs.ts": category }, { kind: "mosaic/1" }));
  t.equal(description.kind, "flow/1");
  await writeFile(join(home, "escapes.csv"), `service,${ESC}]0;x\n${ESC}[2J\u202eevil,attack\n`);
  const spoken = await runFlamenco([
    "lf",
    "test",
    lfs,
    "--data",
    join(home, "escapes.csv"),
    "--labels-column",
    `${ESC}]0;x`,
  ]);
  t.equal(spoken.code, 0, spoken.stderr);
  t.match(spoken.stdout, /voted benign, is attack; service .*evil/);
  t.notMatch(spoken.stdout + spoken.stderr, /[^\P{Cc}\n]|\p{Cf}/u);
});

t.test("a package that the verifier refuses is not tried", async (t) => {
  const bad = await writeFolder(
    join(home, "bad"),
    packageFiles({ "lfs.ts": source.replace("packets <=", "pakets <=") }),
  );
  const result = await runFlamenco(["lf", "test", bad, "--json"]);
  t.equal(result.code, 1);
  t.match(documentOf(result), { code: "FLM_LF_REFUSED", details: [{ at: /^lfs\.ts:5:\d+$/, message: /packets/ }] });
});
