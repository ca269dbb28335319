import { join } from "node:path";
import t from "tap";
import { importFiles, publishedBy, readRows } from "../import-fixture.js";
import { accountOf, importNamed, sharedData, splitFile, withoutShared } from "./dialect-fixture.js";

const HEADER =
  "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label";
const flow = (cells: string, volumes = "2,142,63,1", label = "flow=Normal") =>
  `2019/04/04 16:23:00.325010,0.027947,${cells},0,0,${volumes},${label}`;

t.test("ports, ICMP messages and states are told apart; bytes are those of frames", async (t) => {
  const rows = [
    flow("udp,192.0.2.1,48427,  <->,198.51.100.7,53,CON"),
    flow("tcp,192.0.2.1,0x01bb,   ->,198.51.100.7,0x0050,FSPA_SRA", "12,900,400,7"),
    flow("icmp,192.0.2.1,0x0403,   ->,198.51.100.7,0x97af,URF", "1,104,104,1"),
    flow("esp,192.0.2.1,,  <->,198.51.100.7,0x0abc1234,CON"),
    flow("igmp,192.0.2.1,,   ->,198.51.100.7,,INT", "15,600,600,15", ""),
    flow("arp,192.0.2.1,,  who,198.51.100.7,,CON", "1,60,70,1"),
  ];
  const result = await importNamed(t.testdir(), "flows.binetflow", `${[HEADER, ...rows].join("\n")}\n`);
  t.strictSame(accountOf(result), { read: 6, kept: 6 });
  t.match(result.manifest, { dialect: "argus", kind: "flow/1" });
  const columns = "protocol, srcPort, dstPort, icmpType, icmpCode, tcpFlags";
  t.strictSame(await readRows(publishedBy(result), columns), [
    [17n, 48427n, 53n, null, null, null],
    [6n, 443n, 80n, null, null, 1n + 2n + 4n + 8n + 16n],
    [1n, null, null, 3n, 4n, null],
    [50n, null, null, null, null, null],
    [2n, null, null, null, null, null],
    [null, null, null, null, null, null],
  ]);
  t.strictSame(await readRows(publishedBy(result), "packets, fwdPackets, bwdPackets, fwdFrameBytes, bwdFrameBytes"), [
    [2n, 1n, 1n, 63n, 79n],
    [12n, 7n, 5n, 400n, 500n],
    [1n, 1n, 0n, 104n, 0n],
    [2n, 1n, 1n, 63n, 79n],
    [15n, 15n, 0n, 600n, 0n],
    [1n, 1n, 0n, 70n, null],
  ]);
  t.notOk(
    result.manifest.columns.some((column) => /^(bytes|ipBytes)/.test(column)),
    "frames are neither payload nor IP",
  );
  t.strictSame(result.manifest.time, { minMs: 1554394980325.01, maxMs: 1554394980325.01 });
});

t.test("times without a date are missing; records that are no flows and odd cells drop their rows", async (t) => {
  const good = flow("udp,192.0.2.1,48427,  <->,198.51.100.7,53,CON");
  const rows = [
    good,
    good.replace("2019/04/04 ", ""),
    good.replace("2019/04/04 16:23:00.325010", "1554394980.325010"),
    good,
    good.replace("udp", "man"),
    good.replace("0.027947", "-0.5"),
    good.replace("48427", "65536"),
    good.replace("2019/04/04", "04.04.2019"),
    good.replace(",142,", ",,"),
  ];
  const result = await importNamed(t.testdir(), "flows.csv", `${[HEADER, ...rows].join("\n")}\n`);
  t.strictSame(accountOf(result), {
    read: 9,
    kept: 3,
    "missing-value": 1,
    "not-a-number": 1,
    "out-of-range": 2,
    "not-a-time": 1,
    duplicate: 1,
  });
  t.strictSame((await readRows(publishedBy(result), "startTimeMs")).flat(), [1554394980325.01, null, 1554394980325.01]);
  t.match(result.manifest.account.notes.join("\n"), /startTimeMs is missing in 1 of 3 rows.*without a date/);
});

for (const name of ["test2-malicious.binetflow", "test3-mixed.binetflow"]) {
  t.test(`${name} imports whole, with its own sums`, { skip: withoutShared }, async (t) => {
    const path = join(sharedData, "4_netflow/slips/dataset", name);
    const { header, rows } = splitFile(path, ",");
    const at = (row: readonly string[], column: string) => row[header.indexOf(column)] ?? "";
    const result = await importFiles(join(t.testdir(), "datasets"), [path]);
    t.strictSame(accountOf(result), { read: rows.length, kept: rows.length });
    const total = (column: string) => rows.reduce((sum, row) => sum + Number(at(row, column)), 0);
    const [found] = await readRows(
      publishedBy(result),
      `sum(packets)::DOUBLE, sum(frameBytes)::DOUBLE, sum(bwdFrameBytes)::DOUBLE, count(dstPort)::INTEGER,
       count(icmpType)::INTEGER, count(*) FILTER (tcpFlags & 4 > 0)::INTEGER, min(startTimeMs)`,
    );
    const [date = "", time = ""] = (rows.map((row) => at(row, "StartTime")).sort()[0] ?? "").split(" ");
    const [clock = "", micros = ""] = time.split(".");
    t.strictSame(found, [
      total("TotPkts"),
      total("TotBytes"),
      total("TotBytes") - total("SrcBytes"),
      rows.filter((row) => ["tcp", "udp"].includes(at(row, "Proto"))).length,
      rows.filter((row) => at(row, "Proto") === "icmp").length,
      rows.filter((row) => at(row, "State").includes("_") && at(row, "State").includes("R")).length,
      Date.parse(`${date.replaceAll("/", "-")}T${clock}Z`) + Number(micros) / 1e3,
    ]);
  });
}
