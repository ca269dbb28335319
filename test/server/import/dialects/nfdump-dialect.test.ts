import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { importFiles, linesOf, publishedBy, readRows } from "../import-fixture.js";
import { accountOf, columnOrNull, importNamed, sharedData, splitFile, withoutShared } from "./dialect-fixture.js";

const LONG = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out";
const long = (cells: Partial<Record<string, string>>) => {
  const usual: Record<string, string> = {
    ts: "2021-06-14 19:45:01",
    te: "2021-06-14 19:45:02",
    td: "1.250",
    sa: "192.0.2.1",
    da: "198.51.100.7",
    sp: "40000",
    dp: "443",
    pr: "TCP",
    flg: "...AP.SF",
    fwd: "0",
    stos: "0",
    ipkt: "4",
    ibyt: "400",
    opkt: "2",
    obyt: "120",
    in: "0",
    out: "0",
  };
  return LONG.split(",")
    .map((name) => cells[name] ?? usual[name])
    .join(",");
};

t.test("rows are read in the kind's units, and the summary is no data", async (t) => {
  const rows = [
    long({}),
    long({ pr: "ICMP", sp: "0", dp: "778", flg: "........", td: "0.000" }),
    long({ pr: "GRE", dp: "0" }),
  ];
  const text = `${[LONG, ...rows, "Summary", "flows,bytes,packets,avg_bps,avg_pps,avg_bpp", "3,1560,18,1,1,1"].join("\n")}\n`;
  const result = await importNamed(t.testdir(), "flows.csv", text);
  t.strictSame(accountOf(result), { read: 3, kept: 3 });
  t.match(result.manifest, { dialect: "nfdump", kind: "flow/1" });
  t.match(result.manifest.account.notes.join("\n"), /ipBytes, not bytes/);
  const columns = "startTimeMs, durationSeconds, srcPort, dstPort, icmpType, icmpCode, protocol, tcpFlags";
  const start = Date.UTC(2021, 5, 14, 19, 45, 1);
  t.strictSame(await readRows(publishedBy(result), columns), [
    [start, 1.25, 40000n, 443n, null, null, 6n, 27n],
    [start, 0, null, null, 3n, 10n, 1n, 0n],
    [start, 1.25, 40000n, 0n, null, null, 47n, 27n],
  ]);
  const volumes = "fwdPackets, bwdPackets, packets, fwdIpBytes, bwdIpBytes, ipBytes, packetsPerSecond, ipBitsPerSecond";
  const [first, second] = await readRows(publishedBy(result), volumes);
  t.strictSame(first, [4n, 2n, 6n, 400n, 120n, 520n, 6 / 1.25, (520 / 1.25) * 8]);
  t.strictSame(second?.slice(-2), [null, null], "no rate without a duration");
  t.notOk(result.manifest.columns.includes("bytes"), "IP bytes are not payload");
});

t.test("cells that are not of their form drop the row", async (t) => {
  const cases: readonly [Partial<Record<string, string>>, string][] = [
    [{ ts: "14.06.2021" }, "not-a-time"],
    [{ ts: "" }, "missing-value"],
    [{ td: "-0.001" }, "out-of-range"],
    [{ sp: "http" }, "not-a-number"],
    [{ dp: "65536" }, "out-of-range"],
    [{ pr: "MAN" }, "not-a-number"],
    [{ flg: "..AP.SFX." }, "not-a-number"],
    [{ ipkt: "" }, "missing-value"],
    [{ ibyt: "NaN" }, "nan"],
    [{ ibyt: "1.5" }, "out-of-range"],
    [{ obyt: "inf" }, "infinite"],
  ];
  const text = `${[LONG, long({}), ...cases.map(([cells]) => long(cells)), LONG].join("\n")}\n`;
  const result = await importNamed(t.testdir(), "flows.csv", text);
  const expected: Record<string, number> = { read: cases.length + 2, kept: 1 };
  for (const [, reason] of cases) expected[reason] = (expected[reason] ?? 0) + 1;
  expected["not-a-number"] = (expected["not-a-number"] ?? 0) + 1;
  t.strictSame(accountOf(result), expected, "the second header is a row of no numbers");
  t.strictSame(linesOf(result, "nan"), [11]);
});

t.test("the forms of newer releases are read", async (t) => {
  const since = [
    "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows",
    "2021-06-14 19:45:01.206,00:01:00.250,UDP,192.0.2.1,4500,198.51.100.7,149,2,464,1",
    "2021-06-14 19:45:01.206,0.250,17,192.0.2.1,4500,198.51.100.7,149,2,464,1",
  ];
  const result = await importNamed(t.testdir(), "flows.csv", `${since.join("\n")}\n`);
  t.strictSame(await readRows(publishedBy(result), "startTimeMs, durationSeconds, protocol, packets, ipBytes"), [
    [Date.UTC(2021, 5, 14, 19, 45, 1) + 206, 60.25, 17n, 2n, 464n],
    [Date.UTC(2021, 5, 14, 19, 45, 1) + 206, 0.25, 17n, 2n, 464n],
  ]);
  const fast = [
    "cnt,af,firstSeen,lastSeen,proto,srcAddr,srcPort,dstAddr,dstPort,srcAS,dstAS,input,output,flags,srcTos,packets,bytes",
    "1,2,1623699901206,1623699901206,6,192.0.2.1,4500,198.51.100.7,149,0,0,0,0,......S.,0,2,464",
  ];
  const other = await importNamed(t.testdir(), "fast.csv", `${fast.join("\n")}\n`);
  t.strictSame(await readRows(publishedBy(other), "startTimeMs, protocol, tcpFlags"), [[1623699901206, 6n, 2n]]);
});

const program = (() => {
  try {
    execFileSync("nfdump", ["-V"], { stdio: "ignore" });
    return withoutShared;
  } catch {
    return "nfdump is not installed";
  }
})();

for (const file of [
  "derived_nfcapd/amp.TCP.reflection.SYNACK.pcap__nfcapd.202106050300",
  "slips/dataset/test1-malicious.nfdump",
]) {
  t.test(`what nfdump prints of ${file} is its rows, as nfdump sums them up`, { skip: program }, async (t) => {
    const printed = execFileSync("nfdump", ["-r", join(sharedData, "4_netflow", file), "-o", "csv"], {
      maxBuffer: 64 * 1024 * 1024,
    }).toString();
    const folder = t.testdir();
    const path = join(folder, "printed.csv");
    await writeFile(path, printed);
    const result = await importFiles(join(folder, "datasets"), [path]);
    const summary = (printed.trimEnd().split("\n").at(-1) ?? "").split(",").map(Number);
    t.strictSame(accountOf(result), { read: summary[0], kept: summary[0] });
    const [sums] = await readRows(publishedBy(result), "sum(ipBytes)::BIGINT, sum(packets)::BIGINT");
    t.strictSame(sums, [BigInt(summary[1] ?? 0), BigInt(summary[2] ?? 0)]);
    const { header, rows } = splitFile(path, ",");
    const flows = rows.slice(0, summary[0]);
    const icmp = flows.filter((row) => row[header.indexOf("pr")] === "ICMP").length;
    t.strictSame(
      await readRows(
        publishedBy(result),
        `count(${columnOrNull(result, "icmpType")})::INTEGER, count(dstPort)::INTEGER`,
      ),
      [[icmp, flows.length - icmp]],
    );
  });
}
