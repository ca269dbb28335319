import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isFlamencoError } from "@flamenco/policies/errors";
import t from "tap";
import {
  cicLabels,
  csvOf,
  dropsOf,
  importFiles,
  importText,
  linesOf,
  north,
  publishedBy,
  readRows,
  rowWith,
} from "./import-fixture.js";

const good = (count: number) => Array.from({ length: count }, (_, index) => rowWith(index));

t.test("a value that is no measurement drops its row under a reason that says why", async (t) => {
  const cases: readonly [string, string, string][] = [
    ["Flow Duration", "", "missing-value"],
    ["Flow Duration", "   ", "missing-value"],
    ["Idle Min", "", "missing-value"],
    ["Flow Duration", "abc", "not-a-number"],
    ["Flow Duration", "0x1F", "not-a-number"],
    ["Flow Duration", "1_000", "not-a-number"],
    ["Flow Duration", "+-1", "not-a-number"],
    ["Flow Duration", "1e", "not-a-number"],
    ["Flow Duration", "true", "not-a-number"],
    ["Flow Duration", "١٢", "not-a-number"],
    ["Flow Bytes/s", "NaN", "nan"],
    ["Flow Bytes/s", "-nan", "nan"],
    ["Flow Bytes/s", "Infinity", "infinite"],
    ["Flow Bytes/s", "-inf", "infinite"],
    ["Flow Bytes/s", "1e400", "infinite"],
    ["Flow Duration", "-1", "out-of-range"],
    ["Flow IAT Min", "-14", "out-of-range"],
    ["Total Fwd Packets", "-2", "out-of-range"],
    ["Total Fwd Packets", "1.5", "out-of-range"],
    ["Total Fwd Packets", "9007199254740993", "out-of-range"],
    ["Source Port", "65536", "out-of-range"],
    ["Destination Port", "-1", "out-of-range"],
    ["Protocol", "256", "out-of-range"],
    ["Init_Win_bytes_forward", "-2", "out-of-range"],
    ["Flow Bytes/s", "1e31", "out-of-range"],
    ["Timestamp", "", "missing-value"],
    ["Timestamp", "yesterday", "not-a-time"],
    ["Timestamp", "infinity", "not-a-time"],
    ["Timestamp", "31/02/2017 3:30", "not-a-time"],
    ["Timestamp", "7/7/17 3:30", "not-a-time"],
    ["Timestamp", "2018-12-01T10:51:39Z", "not-a-time"],
  ];
  const rows = [...good(3), ...cases.map(([name, value], index) => rowWith(index + 3, { [name]: value }))];
  const result = await importText(t.testdir(), csvOf(rows));
  const expected: Record<string, number> = {};
  for (const [, , reason] of cases) expected[reason] = (expected[reason] ?? 0) + 1;
  t.strictSame(dropsOf(result), expected);
  t.equal(result.manifest.account.kept, 3);
  for (const reason of Object.keys(expected)) {
    const lines = cases.flatMap(([, , given], index) => (given === reason ? [index + 5] : []));
    t.strictSame(linesOf(result, reason), lines.slice(0, 5), `first places of ${reason}`);
  }
});

t.test("numbers that are written unusually are numbers", async (t) => {
  const values = [" 12 ", "12.0", "1.2E+01", "+12", "012", "12."];
  const rows = values.map((value, index) => rowWith(index, { "Flow Duration": value }));
  const result = await importText(t.testdir(), csvOf(rows));
  t.strictSame(
    (await readRows(publishedBy(result), "durationSeconds")).flat(),
    values.map(() => 12 / 1e6),
  );
});

t.test("microseconds become seconds, and derived fields are what the kind says", async (t) => {
  const row = rowWith(0, {
    "Flow Duration": "28415",
    "Total Fwd Packets": "97",
    "Total Backward Packets": "3",
    "Total Length of Fwd Packets": "42680.0",
    "Total Length of Bwd Packets": "20",
    "Flow Bytes/s": "1502023.5790955483",
    "Flow IAT Mean": "295.98958333333337",
    "FIN Flag Count": "1",
    "SYN Flag Count": "0",
    "RST Flag Count": "0",
    "PSH Flag Count": "0",
    "ACK Flag Count": "7",
    "URG Flag Count": "0",
    "CWE Flag Count": "1",
    "ECE Flag Count": "0",
    "Source IP": " 192.0.2.1 ",
    Init_Win_bytes_forward: "-1",
  });
  const result = await importText(t.testdir(), csvOf([row]));
  const columns = [
    "durationSeconds",
    "packets",
    "bytes",
    "bitsPerSecond",
    "bytesPerPacket",
    "flowIatMean",
    "tcpFlags",
    "srcAddr",
    "fwdInitWindow",
  ];
  t.strictSame(await readRows(publishedBy(result), columns.join(", ")), [
    [
      28415 / 1e6,
      100n,
      42700n,
      1502023.5790955483 * 8,
      427,
      295.98958333333337 / 1e6,
      1n | 16n | 128n,
      "192.0.2.1",
      -1n,
    ],
  ]);
});

t.test("a flow without packets has no bytes per packet", async (t) => {
  const none = { "Total Fwd Packets": "0", "Total Backward Packets": "0" };
  const result = await importText(t.testdir(), csvOf([rowWith(0), rowWith(1, none)]));
  t.strictSame((await readRows(publishedBy(result), "bytesPerPacket IS NULL")).flat(), [false, true]);
  t.match(result.manifest.account.notes.join("\n"), /bytesPerPacket is missing in 1 of 2 rows, first at .*:3 /);
});

t.test("every form of start time is read, rows come in time order, ties as they were read", async (t) => {
  const times: readonly [string, number][] = [
    ["2018-12-01 10:51:39.813448", 1543661499813.448],
    ["2018-12-01 10:51:39", 1543661499000],
    ["7/7/2017 3:30", 1499398200000],
    ["03/07/2017 08:55:58", 1499072158000],
    ["14/06/2021 07:45:01 PM", 1623699901000],
    ["2018-12-01 10:51:39", 1543661499000],
  ];
  const rows = times.map(([time], index) => rowWith(index, { Timestamp: time, "Source Port": String(index) }));
  const result = await importText(t.testdir(), csvOf(rows));
  const sorted = times
    .map(([, ms], index) => [ms, BigInt(index)] as const)
    .sort((a, b) => a[0] - b[0] || Number(a[1] - b[1]));
  t.strictSame(await readRows(publishedBy(result), "startTimeMs, srcPort"), sorted);
  t.strictSame(result.manifest.time, { minMs: 1499072158000, maxMs: 1623699901000 });
});

t.test("one row without a date leaves all rows as they were read, and says which one", async (t) => {
  const rows = [
    rowWith(0, { Timestamp: "2018-12-01 10:51:39", "Source Port": "1" }),
    rowWith(1, { "Source Port": "2" }),
  ];
  const result = await importText(
    t.testdir(),
    csvOf([...rows, rowWith(2, { Timestamp: "2017-01-01 00:00:00", "Source Port": "3" })]),
  );
  t.strictSame((await readRows(publishedBy(result), "srcPort")).flat(), [1n, 2n, 3n]);
  t.match(
    result.manifest.account.notes.join("\n"),
    /startTimeMs is missing in 1 of 3 rows, first at .*:3 \(the file gives minutes/,
  );
});

t.test(
  "a header length that CICFlowMeter did not decode is missing; a field that no row has is no column",
  async (t) => {
    const broken = { "Fwd Header Length": "-97", min_seg_size_forward: "-1" };
    const some = await importText(t.testdir(), csvOf([rowWith(0, broken), rowWith(1)]));
    t.strictSame(await readRows(publishedBy(some), "fwdHeaderLength IS NULL"), [[true], [false]]);
    t.equal(some.manifest.statistics.fwdHeaderLength?.count, 1);
    t.equal(some.manifest.statistics.fwdHeaderLength?.sd, null, "one value has no standard deviation");
    const all = await importText(t.testdir(), csvOf([rowWith(0, broken), rowWith(1, broken)]));
    t.notOk(all.manifest.columns.includes("fwdHeaderLength"));
    t.notOk("fwdHeaderLength" in all.manifest.statistics);
  },
);

t.test("an identical row is a duplicate, whatever its row number; the first one stays", async (t) => {
  const twin = rowWith(0, { "Unnamed: 0": "999999" });
  const other = rowWith(0, { "Idle Min": "1" });
  const result = await importText(t.testdir(), csvOf([rowWith(0), twin, rowWith(1), other, rowWith(1)]));
  t.strictSame(dropsOf(result), { duplicate: 2 });
  t.strictSame(linesOf(result, "duplicate"), [3, 6]);
});

t.test("the same file twice is one set of rows and its duplicates", async (t) => {
  const folder = t.testdir({ "a.csv": csvOf(good(10)), "b.csv": csvOf(good(12)) });
  const result = await importFiles(join(folder, "datasets"), [join(folder, "a.csv"), join(folder, "b.csv")]);
  t.strictSame(dropsOf(result), { duplicate: 10 });
  t.strictSame(
    result.manifest.account.files.map(({ read, kept }) => [read, kept]),
    [
      [10, 10],
      [12, 2],
    ],
  );
});

t.test("without flow names and times, rows that look alike are two flows", async (t) => {
  const drop = new Set([
    "Flow ID",
    "Source IP",
    "Source Port",
    "Destination IP",
    "Protocol",
    "Timestamp",
    "Unnamed: 0",
  ]);
  const kept = north.names.flatMap((name, index) => (drop.has(name) ? [] : [index]));
  const cut = (line: string) => kept.map((index) => line.split(",")[index]).join(",");
  const result = await importText(t.testdir(), [north.header, rowWith(0), rowWith(0)].map(cut).join("\n").concat("\n"));
  t.equal(result.manifest.rows, 2);
  for (const absent of ["srcAddr", "srcPort", "protocol", "startTimeMs"])
    t.notOk(result.manifest.columns.includes(absent), absent);
  t.match(result.manifest.account.notes.join("\n"), /duplicates are not looked for/);
});

t.test("lines that are no rows are judged one by one", async (t) => {
  const short = rowWith(2).split(",").slice(0, 40).join(",");
  const lines = [
    rowWith(0),
    short,
    `${rowWith(3)},1`,
    "",
    " \t ",
    `"${rowWith(4)}`,
    rowWith(5, { Label: 'Dr"DoS' }),
    rowWith(6).replace(",", ",\u0007"),
    rowWith(7).replace(",", ",\r"),
    `${"9".repeat(70_000)},${rowWith(8)}`,
    ",".repeat(87),
    rowWith(9),
  ];
  const result = await importText(
    t.testdir(),
    Buffer.concat([Buffer.from(csvOf(lines)), Buffer.from(`${rowWith(10)}\xff\n`, "latin1")]),
  );
  t.strictSame(dropsOf(result), {
    "line-too-long": 1,
    "not-text": 3,
    "broken-quotes": 2,
    "wrong-column-count": 2,
    "missing-value": 1,
  });
  t.match(result.manifest.account.notes.join("\n"), /blank lines, which are no rows: 2/);
  t.equal(result.manifest.account.read, lines.length - 2 + 1);
});

t.test("quotes, carriage returns, a byte-order mark and gzip change nothing", async (t) => {
  const plain = await importText(t.testdir(), csvOf(good(40)), { labels: cicLabels });
  const quote = (line: string) =>
    line
      .split(",")
      .map((cell, index) => (index % 3 === 0 ? `"${cell}"` : cell))
      .join(",");
  const forms: Record<string, string | Uint8Array> = {
    quotes: [north.header, ...good(40)].map(quote).join("\n").concat("\n"),
    "carriage returns": csvOf(good(40)).replaceAll("\n", "\r\n"),
    "byte-order mark": `\uFEFF${csvOf(good(40))}`,
    gzip: gzipSync(csvOf(good(40))),
    "gzip of two members": Buffer.concat([
      gzipSync(csvOf(good(20))),
      gzipSync(good(40).slice(20).join("\n").concat("\n")),
    ]),
  };
  for (const [name, content] of Object.entries(forms)) {
    const result = await importText(t.testdir(), content, { labels: cicLabels });
    t.equal(result.manifest.rows, 40, name);
    t.equal(
      result.manifest.partitions[0]?.sha256,
      plain.manifest.partitions[0]?.sha256,
      `${name}: the same Parquet file`,
    );
  }
});

t.test("commas inside quotes are part of a cell", async (t) => {
  const rows = [rowWith(0, { Label: '"Web, ""Attack"""' }), rowWith(1, { Label: "BENIGN" })];
  const result = await importText(t.testdir(), csvOf(rows), { labels: cicLabels });
  t.strictSame(result.labelCounts, [
    { label: "attack", rows: 1 },
    { label: "benign", rows: 1 },
  ]);
});

t.test("a last line that was cut is never a row, wherever it was cut", async (t) => {
  const last = rowWith(1, { Label: "DrDoS_NTP" });
  const before = [rowWith(0, { Label: "DrDoS_NTP" }), rowWith(2, { Label: "BENIGN" })];
  const folder = t.testdir();
  for (const length of [1, 5, 100, last.length - 20, last.length - 9, last.length - 2, last.length - 1]) {
    const result = await importText(folder, csvOf(before) + last.slice(0, length));
    t.strictSame(dropsOf(result), { "truncated-line": 1 }, `cut after ${length} of ${last.length} characters`);
    t.strictSame(linesOf(result, "truncated-line"), [4]);
  }
  const whole = await importText(folder, csvOf(before) + last);
  t.equal(whole.manifest.rows, 3, "a whole last line without a line end is a row");
  t.match(whole.manifest.account.notes.join("\n"), /:4: the last line has no line end/);
  const lineEnd = await importText(folder, `${csvOf(before)}${last}\r`);
  t.equal(lineEnd.manifest.rows, 3, "and so is one whose line end was cut in half");
});

t.test("a label that could go on is not believed at a cut", async (t) => {
  const rows = [rowWith(0, { Label: "UDP" }), rowWith(1, { Label: "UDP" })];
  const known = await importText(t.testdir(), csvOf(rows) + rowWith(2, { Label: "UDP" }));
  t.strictSame(dropsOf(known), { "truncated-line": 1 }, "UDP-lag is known");
  const seen = [rowWith(0, { Label: "scan" }), rowWith(1, { Label: "scanner" })];
  t.strictSame(dropsOf(await importText(t.testdir(), csvOf(seen) + rowWith(2, { Label: "scan" }))), {
    "truncated-line": 1,
  });
});

t.test("a last line whose last cell is a number is not believed without a line end", async (t) => {
  const move = (line: string) => {
    const cells = line.split(",");
    return [cells.at(-1), ...cells.slice(0, -1)].join(",");
  };
  const text = [north.header, ...good(3)].map(move).join("\n");
  t.strictSame(dropsOf(await importText(t.testdir(), text)), { "truncated-line": 1 });
});

t.test("ground truth is what the label map says, and never a column", async (t) => {
  const labels = ["BENIGN", "Syn", "", "UDP-lag"];
  const rows = labels.map((label, index) => rowWith(index, { Label: label }));
  const result = await importText(t.testdir(), csvOf(rows), { labels: cicLabels });
  t.strictSame((await readRows(publishedBy(result), "__truth")).flat(), ["benign", "attack", null, "attack"]);
  t.strictSame(result.manifest.truth, { labels: ["benign", "attack"], labeledRows: 3 });
  t.notOk(result.manifest.columns.includes("__truth"));
  const without = await importText(t.testdir(), csvOf(rows));
  t.equal(without.manifest.truth, null);
  await t.rejects(readRows(publishedBy(without), "__truth"));
});

t.test("inputs that are no CIC file are refused by code, and nothing is made", async (t) => {
  const empty = t.testdir({ folder: {} });
  const root = join(empty, "datasets");
  const refused = async (path: string, code: Parameters<typeof isFlamencoError>[1], title: string) => {
    const error = await importFiles(root, [path]).then(
      () => null,
      (cause: unknown) => cause,
    );
    t.ok(isFlamencoError(error, code), `${title}: ${code}`);
  };
  await refused(join(empty, "nowhere.csv"), "FLM_FILE_UNREADABLE", "a file that is not there");
  await refused(join(empty, "folder"), "FLM_FILE_UNREADABLE", "a folder");
  await refused("/dev/zero", "FLM_FILE_UNREADABLE", "a device");
  await symlink(join(empty, "loop"), join(empty, "loop"));
  await refused(join(empty, "loop"), "FLM_FILE_UNREADABLE", "a link to itself");
  const contents: readonly [string, string | Uint8Array, Parameters<typeof isFlamencoError>[1]][] = [
    ["nothing", "", "FLM_IMPORT_HEADER"],
    ["blank lines", "\n\n \n", "FLM_IMPORT_HEADER"],
    ["no header", `${rowWith(0)}\n${rowWith(1)}\n`, "FLM_IMPORT_DIALECT"],
    ["another CSV", "a,b,c\n1,2,3\n", "FLM_IMPORT_DIALECT"],
    ["UTF-16", Buffer.from(csvOf(good(2)), "utf16le"), "FLM_IMPORT_DIALECT"],
    [
      "random bytes",
      Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256)),
      "FLM_IMPORT_DIALECT",
    ],
    ["a needed column missing", csvOf(good(2)).replace(" Flow Duration", " Flow Length"), "FLM_IMPORT_HEADER"],
    ["a column twice", csvOf(good(2)).replace(" Flow IAT Max", " Flow IAT Min"), "FLM_IMPORT_HEADER"],
    ["a column twice in two spellings", csvOf(good(2)).replace(" Inbound", "Src Port"), "FLM_IMPORT_HEADER"],
    ["a header alone", csvOf([]), "FLM_IMPORT_EMPTY"],
    ["bad rows alone", csvOf([rowWith(0, { Protocol: "x" })]), "FLM_IMPORT_EMPTY"],
    ["gzip cut off", gzipSync(csvOf(good(50))).subarray(0, 1500), "FLM_FILE_UNREADABLE"],
  ];
  for (const [title, content, code] of contents) {
    const path = join(empty, "input.csv");
    await writeFile(path, content);
    await refused(path, code, title);
  }
});

t.test("a refusal never repeats a cell", async (t) => {
  const secret = "192.0.2.77";
  const folder = t.testdir();
  for (const text of [
    `${rowWith(0, { "Source IP": secret })}\n`,
    csvOf([rowWith(0, { "Source IP": secret, Protocol: secret })]),
  ]) {
    const error = await importText(folder, text).catch((cause: unknown) => cause);
    t.ok(isFlamencoError(error));
    t.notMatch(JSON.stringify(error), secret);
    t.notMatch(String(error), secret);
  }
});

t.test("the column that CIC-IDS2017 repeats is read once", async (t) => {
  const text = csvOf([rowWith(0, { "Fwd Header Length": "44", "Fwd Header Length.1": "45" })]).replace(
    " Fwd Header Length.1",
    " Fwd Header Length",
  );
  t.strictSame(await readRows(publishedBy(await importText(t.testdir(), text)), "fwdHeaderLength"), [[44n]]);
});

t.test("files that yield different columns are not one dataset", async (t) => {
  const fewer = csvOf(good(2)).replace(" Idle Min", " Something Else");
  const folder = t.testdir({ "a.csv": csvOf(good(2)), "b.csv": fewer });
  const error = await importFiles(join(folder, "datasets"), [join(folder, "a.csv"), join(folder, "b.csv")]).catch(
    (cause: unknown) => cause,
  );
  t.ok(isFlamencoError(error, "FLM_IMPORT_HEADER"));
  t.match(JSON.stringify((error as { details?: unknown }).details), /yields no idleMin/);
  const alone = await importFiles(join(folder, "datasets"), [join(folder, "b.csv")]);
  t.match(alone.manifest.account.notes.join("\n"), /does not know, left out: Something Else/);
});
