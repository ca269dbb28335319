import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { parseLabelMap } from "@flamenco/server/import";
import t from "tap";
import { importFiles, publishedBy, readRows } from "../import-fixture.js";
import { accountOf, importNamed, sharedData, splitFile, withoutShared } from "./dialect-fixture.js";

t.test("every form of time is read; a negative time is a lost probe; the file's name is the source", async (t) => {
  const text = [
    "epoch;rtt;cp",
    "14/10/2016 21:17;178.924995;0",
    "2016-10-14 21:21:30;-3;0",
    "1476480300;180.5;1",
    "2016-10-14 21:25:30;-4.0;0",
    "",
  ].join("\r\n");
  const result = await importNamed(t.testdir(), "probe.6013.csv", text, { labels: parseLabelMap("change=1,same=0") });
  t.strictSame(accountOf(result), { read: 4, kept: 4 });
  t.match(result.manifest, { dialect: "rtt-series", kind: "rtt/1" });
  t.notOk(result.manifest.columns.includes("destination"));
  t.strictSame(
    await readRows(publishedBy(result), "timeMs, source, rttMs, lost, __truth"),
    [
      [Date.UTC(2016, 9, 14, 21, 17), "probe.6013", 178.924995, false, "same"],
      [Date.UTC(2016, 9, 14, 21, 21, 30), "probe.6013", null, true, "same"],
      [Date.UTC(2016, 9, 14, 21, 25), "probe.6013", 180.5, false, "change"],
      [Date.UTC(2016, 9, 14, 21, 25, 30), "probe.6013", null, true, "same"],
    ].sort((a, b) => Number(a[0]) - Number(b[0])),
  );
  t.match(result.manifest.account.notes.join("\n"), /rttMs is missing in 2 of 4 rows.*lost/);
});

t.test("a series without labels; cells that are no measurement drop their rows", async (t) => {
  const rows = [
    "1476480300;180.5",
    "1476480301;",
    "1476480302;NaN",
    "1476480303;x",
    "yesterday;1",
    "1476480304;1;0",
    ";1",
  ];
  const result = await importNamed(t.testdir(), "a.csv", `${["epoch;rtt", ...rows].join("\n")}\n1476480305;17`);
  t.strictSame(accountOf(result), {
    read: 8,
    kept: 1,
    "truncated-line": 1,
    "wrong-column-count": 1,
    "missing-value": 2,
    "not-a-number": 1,
    nan: 1,
    "not-a-time": 1,
  });
  t.strictSame(await readRows(publishedBy(result), "source, rttMs, lost"), [["a", 180.5, false]]);
});

t.test("25 real series import as one dataset, each with its losses", { skip: withoutShared }, async (t) => {
  const folder = join(sharedData, "2_rtt/wenqinshao_rtt/real_trace_labelled");
  const paths = readdirSync(folder).map((name) => join(folder, name));
  const series = paths.map((path) => ({ path, rows: splitFile(path, ";").rows }));
  const result = await importFiles(join(t.testdir(), "datasets"), paths, { labels: parseLabelMap("change=1,same=0") });
  const read = series.reduce((sum, { rows }) => sum + rows.length, 0);
  t.strictSame(accountOf(result), { read, kept: read }, "a last line without its end has a whole label");
  const perSource = ["sum(rttMs)", "count(*) FILTER (lost)", "count(*) FILTER (__truth = 'change')"];
  const found = new Map(
    (
      await readRows(
        publishedBy(result),
        `DISTINCT source, ${perSource.map((sum) => `(${sum} OVER (PARTITION BY source))::DOUBLE`).join(", ")}`,
      )
    ).map(([source, ...sums]) => [source as string, sums as number[]]),
  );
  for (const { path, rows } of series) {
    const [sum = 0, lost, changes] = found.get(basename(path, ".csv")) ?? [];
    const rtts = rows.map((row) => Number(row[1]));
    t.equal(lost, rtts.filter((rtt) => rtt < 0).length);
    t.equal(changes, rows.filter((row) => row[2] === "1").length);
    const total = rtts.reduce((before, rtt) => before + Math.max(rtt, 0), 0);
    t.ok(Math.abs(sum - total) < 1e-6 * total, "the same round-trip times");
  }
});
