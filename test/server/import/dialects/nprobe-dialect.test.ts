import { join } from "node:path";
import { parseLabelMap } from "@flamenco/server/import";
import t from "tap";
import { importFiles, publishedBy, readRows } from "../import-fixture.js";
import { accountOf, importNamed, sharedData, splitFile, withoutShared } from "./dialect-fixture.js";

const HEADER =
  "IPV4_SRC_ADDR,L4_SRC_PORT,IPV4_DST_ADDR,L4_DST_PORT,PROTOCOL,L7_PROTO,IN_BYTES,IN_PKTS,OUT_BYTES,OUT_PKTS,TCP_FLAGS,FLOW_DURATION_MILLISECONDS,ICMP_TYPE,Label,Attack";

t.test("IP bytes, durations and ICMP messages are read; a duration that wrapped around is missing", async (t) => {
  const rows = [
    "192.0.2.1,40000,198.51.100.7,80,6,7.0,280,2,140,1,22,1500,35840,1,DoS",
    "192.0.2.1,40000,198.51.100.7,80,6,7.0,280,2,140,1,22,4294951,0,1,DoS",
    "192.0.2.1,40000,198.51.100.7,80,6,7.0,280,2,140,1,22,0,0,0,Benign",
    "192.0.2.1,0,198.51.100.7,771,1,0.0,84,1,0,0,0,0,771,0,Benign",
  ];
  const labels = parseLabelMap("benign=Benign,attack=*");
  const result = await importNamed(t.testdir(), "nf.csv", `${[HEADER, ...rows].join("\n")}\n`, { labels });
  t.strictSame(accountOf(result), { read: 4, kept: 4 });
  t.strictSame(result.labelCounts, [
    { label: "attack", rows: 2 },
    { label: "benign", rows: 2 },
  ]);
  t.match(result.manifest, { dialect: "nprobe", kind: "flow/1", time: { minMs: null } });
  t.strictSame(
    await readRows(
      publishedBy(result),
      "durationSeconds, protocol, dstPort, icmpType, icmpCode, tcpFlags, fwdIpBytes, ipBytes",
    ),
    [
      [1.5, 6n, 80n, null, null, 22n, 280n, 420n],
      [null, 6n, 80n, null, null, 22n, 280n, 420n],
      [0, 6n, 80n, null, null, 22n, 280n, 420n],
      [0, 1n, null, 3n, 3n, 0n, 84n, 84n],
    ],
  );
  t.match(result.manifest.account.notes.join("\n"), /durationSeconds is missing in 1 of 4 rows.*2\^32/);
});

t.test("v3 says when a flow began; odd cells drop their rows", async (t) => {
  const header = `FLOW_START_MILLISECONDS,FLOW_END_MILLISECONDS,${HEADER}`;
  const good = "1424242193040,1424242193043,192.0.2.1,40000,198.51.100.7,80,6,7.0,280,2,140,1,22,3,0,1,DoS";
  const rows = [
    good,
    good.replace("1424242193040", "1424242193"),
    good.replace(",280,", ",-280,"),
    good.replace(",22,", ",,"),
    good.replace(",80,6", ",http,6"),
    good.replace(",3,0,1", ",nan,0,1"),
  ];
  const result = await importNamed(t.testdir(), "nf.csv", `${[header, ...rows].join("\n")}\n`);
  t.strictSame(accountOf(result), {
    read: 6,
    kept: 1,
    "missing-value": 1,
    "not-a-number": 1,
    nan: 1,
    "out-of-range": 1,
    "not-a-time": 1,
  });
  t.equal(result.manifest.time.minMs, 1424242193040);
});

t.test("NF-BoT-IoT-v2 imports whole, with its own sums and labels", { skip: withoutShared }, async (t) => {
  const path = join(sharedData, "4_netflow/nf_botiot_v2/botiot_reduced.dev.csv.gz");
  const { header, rows } = splitFile(path, ",");
  const numbers = (column: string) => rows.map((row) => Number(row[header.indexOf(column)]));
  const result = await importFiles(join(t.testdir(), "datasets"), [path], {
    labels: parseLabelMap("benign=Benign,attack=*"),
  });
  t.strictSame(accountOf(result), { read: 51_343, kept: 51_343 });
  t.strictSame(result.labelCounts, [
    { label: "attack", rows: 50_701 },
    { label: "benign", rows: 642 },
  ]);
  const total = (column: string) => numbers(column).reduce((sum, value) => sum + value, 0);
  const protocols = numbers("PROTOCOL");
  t.strictSame(
    await readRows(
      publishedBy(result),
      `sum(fwdIpBytes)::DOUBLE, sum(ipBytes)::DOUBLE, sum(packets)::DOUBLE, sum(tcpFlags)::DOUBLE,
       count(durationSeconds)::INTEGER, max(durationSeconds), count(dstPort)::INTEGER`,
    ),
    [
      [
        total("IN_BYTES"),
        total("IN_BYTES") + total("OUT_BYTES"),
        total("IN_PKTS") + total("OUT_PKTS"),
        total("TCP_FLAGS"),
        numbers("FLOW_DURATION_MILLISECONDS").filter((value) => value < 4e6).length,
        Math.max(...numbers("FLOW_DURATION_MILLISECONDS").filter((value) => value < 4e6)) / 1e3,
        protocols.filter((value) => value !== 1).length,
      ],
    ],
  );
});
