import { join } from "node:path";
import t from "tap";
import {
  cicLabels,
  csvOf,
  dropsOf,
  goodRows,
  importFiles,
  importText,
  linesOf,
  north,
  publishedBy,
  readRows,
  rowWith,
} from "./import-fixture.js";

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
  const rows = [...goodRows(3), ...cases.map(([name, value], index) => rowWith(index + 3, { [name]: value }))];
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
  const folder = t.testdir({ "a.csv": csvOf(goodRows(10)), "b.csv": csvOf(goodRows(12)) });
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

t.test("the column that CIC-IDS2017 repeats is read once", async (t) => {
  const text = csvOf([rowWith(0, { "Fwd Header Length": "44", "Fwd Header Length.1": "45" })]).replace(
    " Fwd Header Length.1",
    " Fwd Header Length",
  );
  t.strictSame(await readRows(publishedBy(await importText(t.testdir(), text)), "fwdHeaderLength"), [[44n]]);
});
