import { appendFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isFlamencoError } from "@flamenco/policies/errors";
import t from "tap";
import {
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

t.setTimeout(120_000);

t.test("one empty cell too many at the end of a line is one cell too many", async (t) => {
  const result = await importText(t.testdir(), csvOf([rowWith(0), `${rowWith(1)},`, rowWith(2)]));
  t.strictSame(dropsOf(result), { "wrong-column-count": 1 });
  t.strictSame(linesOf(result, "wrong-column-count"), [3]);
});

t.test("a row is a duplicate of its like, whichever way the two are read", async (t) => {
  const row = (label: string) => rowWith(0, { Label: label });
  const lastLine = await importText(t.testdir(), csvOf([row("BENIGN"), rowWith(1)]) + row("BENIGN"));
  t.strictSame(dropsOf(lastLine), { duplicate: 1 }, "a last line without a line end is read as text");
  t.strictSame(linesOf(lastLine, "duplicate"), [4]);
  const odd = await importText(t.testdir(), csvOf([row("1_0"), row("1_0"), row("1-0")]));
  t.strictSame(dropsOf(odd), { duplicate: 1 }, "a label that looks like an odd number is a label");
});

t.test("lines keep their numbers over the edges of chunks, with either line end", async (t) => {
  const rows = Array.from({ length: 4 }, (_, copy) => north.rows.map((row) => row.replace(",", `,${copy}-`))).flat();
  const bad = rowWith(0, { Protocol: "x" });
  for (const end of ["\n", "\r\n"]) {
    const result = await importText(t.testdir(), [north.header, ...rows, bad, ...rows.slice(0, 1), ""].join(end));
    t.equal(result.manifest.account.read, rows.length + 2);
    t.strictSame(linesOf(result, "not-a-number"), [rows.length + 2]);
    t.strictSame(linesOf(result, "duplicate"), [rows.length + 3]);
    t.equal(dropsOf(result).infinite, 12);
  }
});

t.test("a gzip file that unpacks to one line of 100 MB is one line too long", async (t) => {
  const bomb = gzipSync(Buffer.concat([Buffer.from(csvOf([rowWith(0)])), Buffer.alloc(100_000_000, 0x61)]));
  const result = await importText(t.testdir(), bomb);
  t.strictSame(dropsOf(result), { "line-too-long": 1 });
  t.equal(result.manifest.rows, 1);
});

t.test("a file that grows while it is read is refused", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "flows.csv");
  await writeFile(path, csvOf(north.rows));
  const error = await importFiles(join(folder, "datasets"), [path], {
    onProgress: ({ stage }) => {
      if (stage === "read") appendFileSync(path, "\n");
    },
  }).catch((cause: unknown) => cause);
  t.ok(isFlamencoError(error, "FLM_FILE_UNREADABLE"), String(error));
});

t.test("text in two encodings is UTF-8 or no row", async (t) => {
  const rows = [rowWith(0, { Label: "Brute–Force" }), rowWith(1)];
  const latin = Buffer.from(`${rowWith(2, { Label: "Brute\x96Force" })}\n`, "latin1");
  const result = await importText(t.testdir(), Buffer.concat([Buffer.from(csvOf(rows)), latin]));
  t.strictSame(dropsOf(result), { "not-text": 1 });
  t.equal(result.manifest.rows, 2);
});

t.test("comment lines and a summary at the end are no rows, cells may stand between tabs", async (t) => {
  const names = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "duration"];
  const row = (uid: string, duration: string) =>
    ["1700828217.314165", uid, "192.0.2.1", "5000", "192.0.2.2", "53", "udp", duration].join("\t");
  const zeek = [
    "#separator \\x09",
    `#fields\t${names.join("\t")}`,
    row("a", "0.5"),
    row("b", "-"),
    row("c", "x"),
    "#close",
  ];
  const result = await importText(t.testdir(), `${zeek.join("\n")}\n`);
  t.match(result.manifest, { dialect: "zeek", rows: 2, account: { read: 3 } });
  t.strictSame(linesOf(result, "not-a-number"), [5]);
  t.strictSame((await readRows(publishedBy(result), "durationSeconds")).flat(), [0.5, null]);
});

t.test("rows that come in time order, and rows that do not, give one version", async (t) => {
  const rows = north.rows.slice(0, 200).map((_, index) => {
    const time = new Date(Date.UTC(2018, 11, 1) + 1000 * index).toISOString().replace("T", " ").slice(0, 19);
    return rowWith(index, { Timestamp: time });
  });
  const inOrder = await importText(t.testdir(), csvOf(rows));
  const reversed = await importText(t.testdir(), csvOf(rows.toReversed()));
  t.strictSame(
    reversed.manifest.partitions.map(({ sha256 }) => sha256),
    inOrder.manifest.partitions.map(({ sha256 }) => sha256),
  );
  t.strictSame(reversed.manifest.statistics, inOrder.manifest.statistics);
});
