import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { importFiles, publishedBy, readRows } from "../import-fixture.js";
import { accountOf, importNamed, sharedData, withoutShared } from "./dialect-fixture.js";

const NAMES =
  "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents";
const log = (...rows: string[]) =>
  [
    "#separator \\x09",
    "#set_separator\t,",
    "#empty_field\t(empty)",
    "#unset_field\t-",
    "#path\tconn",
    "#open\t2015-11-18-16-36-13",
    `#fields\t${NAMES.replaceAll(" ", "\t")}`,
    "#types\ttime\tstring",
    ...rows.map((row) => row.replaceAll(" ", "\t")),
    "#close\t2015-11-18-17-36-13",
    "",
  ].join("\n");

t.test("names come from the line #fields, and what is not set is missing", async (t) => {
  const text = log(
    "928.943457 C1 192.0.2.1 49168 198.51.100.7 80 tcp http 0.055687 261 1077 SF ShADadfF 5 473 5 1281 (empty)",
    "929.267228 C2 192.0.2.1 49171 198.51.100.7 6898 tcp - - - - S0 S 1 52 0 0 (empty)",
    "930.5 C3 192.0.2.1 8 198.51.100.7 0 icmp - 1.5 64 64 OTH - 1 84 1 84 (empty)",
    "931 C4 2001:db8::1 135 2001:db8::2 0 icmp - - - - OTH - 1 64 0 0 (empty)",
    "932 C5 192.0.2.1 0 198.51.100.7 0 unknown_transport - - - - OTH - 1 20 0 0 (empty)",
  );
  const result = await importNamed(t.testdir(), "conn.log", text);
  t.strictSame(accountOf(result), { read: 5, kept: 5 });
  t.match(result.manifest, { dialect: "zeek", kind: "flow/1" });
  t.strictSame(
    await readRows(publishedBy(result), "startTimeMs, durationSeconds, protocol, srcPort, dstPort, icmpType, icmpCode"),
    [
      [928943.457, 0.055687, 6n, 49168n, 80n, null, null],
      [929267.228, null, 6n, 49171n, 6898n, null, null],
      [930500, 1.5, 1n, null, null, 8n, 0n],
      [931000, null, 58n, null, null, 135n, 0n],
      [932000, null, null, 0n, 0n, null, null],
    ],
  );
  t.strictSame(await readRows(publishedBy(result), "bytes, ipBytes, packets, bwdIpBytes"), [
    [1338n, 1754n, 10n, 1281n],
    [null, 52n, 1n, 0n],
    [128n, 168n, 2n, 84n],
    [null, 64n, 1n, 0n],
    [null, 20n, 1n, 0n],
  ]);
});

t.test("rows are judged as in any table; a row that is repeated is a duplicate", async (t) => {
  const good = "928.943457 C1 192.0.2.1 49168 198.51.100.7 80 tcp http 0.055687 261 1077 SF Sh 5 473 5 1281 (empty)";
  const result = await importNamed(
    t.testdir(),
    "conn.log",
    log(
      good,
      good,
      good.replace("C1", "C2"),
      good.replace("928.943457", "now"),
      good.replace("0.055687", "-1"),
      good.replace("261", "x"),
      good.replace("261", "1_0"),
      `${good} more`,
      good.replace("80 tcp", "65536 tcp"),
    ),
  );
  t.strictSame(accountOf(result), {
    read: 9,
    kept: 2,
    "wrong-column-count": 1,
    "not-a-number": 2,
    "out-of-range": 2,
    "not-a-time": 1,
    duplicate: 1,
  });
});

t.test("a log without the line #fields is refused", async (t) => {
  await t.rejects(importNamed(t.testdir(), "conn.log", "#separator \\x09\n1\t2\n"), { code: "FLM_IMPORT_DIALECT" });
});

t.test("a real conn.log imports whole, with its own sums", { skip: withoutShared }, async (t) => {
  const path = join(sharedData, "4_netflow/slips/dataset/port-scans/horizontal/conn.log");
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = (lines.find((line) => line.startsWith("#fields")) ?? "").split("\t").slice(1);
  const rows = lines.filter((line) => !line.startsWith("#")).map((line) => line.split("\t"));
  const at = (row: readonly string[], name: string) => row[names.indexOf(name)] ?? "";
  const result = await importFiles(join(t.testdir(), "datasets"), [path]);
  t.strictSame(accountOf(result), { read: rows.length, kept: rows.length });
  const total = (name: string) =>
    rows.reduce((sum, row) => sum + (at(row, name) === "-" ? 0 : Number(at(row, name))), 0);
  t.strictSame(
    await readRows(
      publishedBy(result),
      "sum(fwdBytes)::DOUBLE, sum(bwdIpBytes)::DOUBLE, sum(packets)::DOUBLE, count(durationSeconds)::INTEGER",
    ),
    [
      [
        total("orig_bytes"),
        total("resp_ip_bytes"),
        total("orig_pkts") + total("resp_pkts"),
        rows.filter((row) => at(row, "duration") !== "-").length,
      ],
    ],
  );
});
