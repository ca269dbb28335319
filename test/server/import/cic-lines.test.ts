import { gzipSync } from "node:zlib";
import t from "tap";
import { cicLabels, csvOf, dropsOf, goodRows, importText, linesOf, north, rowWith } from "./import-fixture.js";

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
  const plain = await importText(t.testdir(), csvOf(goodRows(40)), { labels: cicLabels });
  const quote = (line: string) =>
    line
      .split(",")
      .map((cell, index) => (index % 3 === 0 ? `"${cell}"` : cell))
      .join(",");
  const forms: Record<string, string | Uint8Array> = {
    quotes: [north.header, ...goodRows(40)].map(quote).join("\n").concat("\n"),
    "carriage returns": csvOf(goodRows(40)).replaceAll("\n", "\r\n"),
    "byte-order mark": `\uFEFF${csvOf(goodRows(40))}`,
    gzip: gzipSync(csvOf(goodRows(40))),
    "gzip of two members": Buffer.concat([
      gzipSync(csvOf(goodRows(20))),
      gzipSync(goodRows(40).slice(20).join("\n").concat("\n")),
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
  const text = [north.header, ...goodRows(3)].map(move).join("\n");
  t.strictSame(dropsOf(await importText(t.testdir(), text)), { "truncated-line": 1 });
});
