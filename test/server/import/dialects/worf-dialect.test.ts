import { readdirSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { importFiles, publishedBy, readRows } from "../import-fixture.js";
import { accountOf, columnOrNull, importNamed, sharedData, splitFile, withoutShared } from "./dialect-fixture.js";

const HEADER =
  "First Seen,Last Seen,Duration,Proto,Src IP,Src Port,Dst IP,Dst Port,Flags,Packets,Bytes,Bits Per Second,Packets Per Second,Bytes Per Package";
const TIMES = "2020-02-07 22:05:20.474,2020-02-07 22:05:21.570";

t.test("every form of cell is read, and what is no port is none", async (t) => {
  const text = [
    `\uFEFF${HEADER}`,
    `${TIMES},00:00:01.096,TCP,192.0.2.1,55523,198.51.100.7,443,...APRSF,51,3546,25883,46,69`,
    `${TIMES},00:00:01.096,UDP,192.0.2.1,53,198.51.100.7,40000,........,9,1500000,10.9 M,8,1 K`,
    `${TIMES},00:00:00.000,ICMP,192.0.2.1,0,198.51.100.7,3.10,........,1,56,0,0,56`,
    `${TIMES},00:00:00.000,IPIP,192.0.2.1,0,198.51.100.7,0,........,1,56,0,0,56`,
    "",
  ].join("\r\n");
  const result = await importNamed(t.testdir(), "worf.csv", text.replace("1 K", "166666"));
  t.strictSame(accountOf(result), { read: 4, kept: 4 });
  t.match(result.manifest, { dialect: "worf", kind: "flow/1" });
  t.strictSame(
    await readRows(
      publishedBy(result),
      "startTimeMs, durationSeconds, protocol, srcPort, dstPort, icmpType, icmpCode, tcpFlags",
    ),
    [
      [Date.UTC(2020, 1, 7, 22, 5, 20) + 474, 1.096, 6n, 55523n, 443n, null, null, 31n],
      [Date.UTC(2020, 1, 7, 22, 5, 20) + 474, 1.096, 17n, 53n, 40000n, null, null, 0n],
      [Date.UTC(2020, 1, 7, 22, 5, 20) + 474, 0, 1n, null, null, 3n, 10n, 0n],
      [Date.UTC(2020, 1, 7, 22, 5, 20) + 474, 0, null, 0n, 0n, null, null, 0n],
    ],
  );
  t.strictSame(
    await readRows(publishedBy(result), "packets, ipBytes, ipBitsPerSecond, packetsPerSecond, ipBytesPerPacket"),
    [
      [51n, 3546n, 25883, 46, 69],
      [9n, 1500000n, 10.9e6, 8, 166666],
      [1n, 56n, 0, 0, 56],
      [1n, 56n, 0, 0, 56],
    ],
  );
  t.match(result.manifest.account.notes.join("\n"), /srcPort, dstPort are missing in 1 of 4 rows.*ICMP has no ports/);
  t.match(result.manifest.account.notes.join("\n"), /protocol is missing in 1 of 4 rows.*no one IP protocol/);
});

t.test("odd cells drop their rows with a reason", async (t) => {
  const good = `${TIMES},00:00:01.096,TCP,192.0.2.1,55523,198.51.100.7,443,...APRSF,51,3546,25883,46,69`;
  const rows = [
    good,
    good.replace("00:00:01.096", "-00:00:01.096"),
    good.replace("55523", "-1"),
    good.replace("443", "65536"),
    good.replace("443", "256.1"),
    good.replace("25883", "2.5 X"),
    good.replace("2020-02-07 22:05:20.474", "22:05:20.474"),
    `${good},extra`,
    good.replace("3546", "-"),
  ];
  const result = await importNamed(t.testdir(), "worf.csv", `${[HEADER, ...rows].join("\n")}\n`);
  t.strictSame(accountOf(result), {
    read: 9,
    kept: 1,
    "wrong-column-count": 1,
    "not-a-number": 3,
    "out-of-range": 3,
    "not-a-time": 1,
  });
});

const folder = join(sharedData, "4_netflow/derived_nfcapd");
const seconds = (clock: string) => {
  const [hours = 0, minutes = 0, rest = 0] = clock.split(":").map(Number);
  return hours * 3600 + minutes * 60 + rest;
};

t.test("the real files import whole, with their own sums", { skip: withoutShared }, async (t) => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".csv.gz"))) {
    const path = join(folder, name);
    const { header, rows } = splitFile(path, ",");
    const at = (row: readonly string[], column: string) => row[header.indexOf(column)] ?? "";
    const result = await importFiles(join(t.testdir(), "datasets"), [path]);
    t.strictSame(accountOf(result), { read: rows.length, kept: rows.length }, name);
    const [sums] = await readRows(
      publishedBy(result),
      "sum(packets)::DOUBLE, sum(ipBytes)::DOUBLE, round(sum(durationSeconds), 3), sum(ipBitsPerSecond)",
    );
    const total = (of: (row: readonly string[]) => number) => rows.reduce((sum, row) => sum + of(row), 0);
    const bits = (text: string) => (text.endsWith(" M") ? Number(text.slice(0, -2)) * 1e6 : Number(text));
    t.strictSame(sums, [
      total((row) => Number(at(row, "Packets"))),
      total((row) => Number(at(row, "Bytes"))),
      Math.round(total((row) => Math.round(seconds(at(row, "Duration")) * 1e3))) / 1e3,
      total((row) => bits(at(row, "Bits Per Second"))),
    ]);
    const [counts] = await readRows(
      publishedBy(result),
      `count(${columnOrNull(result, "icmpType")})::INTEGER, count(*) FILTER (tcpFlags & 2 > 0)::INTEGER, count(dstPort)::INTEGER`,
    );
    t.strictSame(counts, [
      rows.filter((row) => at(row, "Proto").startsWith("ICMP")).length,
      rows.filter((row) => at(row, "Flags").includes("S")).length,
      rows.filter((row) => !at(row, "Proto").startsWith("ICMP")).length,
    ]);
  }
});
