import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Dialect, describeMapping, dialectsNamed } from "@flamenco/server/import/dialects";
import t from "tap";
import { importFiles, north, publishedBy, readRows } from "../import-fixture.js";
import { accountOf, importNamed, sharedData, splitFile, withoutShared } from "./dialect-fixture.js";
import { headers } from "./headers.js";

const [cic] = dialectsNamed("cic") as [Dialect];
const fieldsOf = (header: string) =>
  describeMapping(cic, header.split(",")).flatMap(({ field }) => (field === null ? [] : [field]));

t.test("every feature has a field, whatever the release calls it", async (t) => {
  const ofV4 = new Set(fieldsOf(headers.cic?.["Java V4"] ?? ""));
  t.equal(ofV4.size, 82, "84 columns but Flow ID and Label");
  for (const [form, header] of Object.entries({ ...headers.cic, "CIC-DDoS2019": north.header })) {
    const unknown = describeMapping(cic, header.split(",")).filter(({ remark }) => /not a column of this/.test(remark));
    t.strictSame(unknown, [], `${form}: every column is known`);
    const fields = fieldsOf(header);
    t.equal(new Set(fields).size, fields.length, `${form}: no field twice`);
  }
  const of2018 = new Set(fieldsOf(headers.cic?.["CIC-IDS2018"] ?? ""));
  const addresses = ["srcAddr", "dstAddr", "srcPort"];
  t.strictSame(
    [...ofV4].filter((field) => !of2018.has(field)),
    ["srcAddr", "srcPort", "dstAddr"],
    "2018 has all but addresses",
  );
  t.ok(addresses.every((field) => ofV4.has(field)));
});

/** A row of a header: 1, 2, 3, … with some cells replaced, by name. */
const rowOf = (header: string, cells: Readonly<Record<string, string>>) =>
  header
    .split(",")
    .map((name, index) => cells[name] ?? String(index + 1))
    .join(",");

t.test("CIC-IDS2018: spellings, day-first times, a header that is repeated within the file", async (t) => {
  const header = headers.cic?.["CIC-IDS2018"] ?? "";
  const usual = {
    Timestamp: "14/02/2018 08:31:01",
    "Dst Port": "22",
    Label: "SSH-Bruteforce",
    "Init Bwd Win Byts": "-1",
  };
  const rows = [rowOf(header, usual), header, rowOf(header, { ...usual, "Flow Byts/s": "Infinity" })];
  const result = await importNamed(t.testdir(), "2018.csv", `${[header, ...rows].join("\n")}\n`);
  t.strictSame(accountOf(result), { read: 3, kept: 1, "not-a-number": 1, infinite: 1 });
  const at = (name: string) => header.split(",").indexOf(name) + 1;
  t.strictSame(
    await readRows(
      publishedBy(result),
      "startTimeMs, durationSeconds, fwdBytes, bwdPacketLengthSd, packetLengthVariance, fwdIatTotal, bwdInitWindow, idleMin",
    ),
    [
      [
        Date.UTC(2018, 1, 14, 8, 31, 1),
        at("Flow Duration") / 1e6,
        BigInt(at("TotLen Fwd Pkts")),
        at("Bwd Pkt Len Std"),
        at("Pkt Len Var"),
        at("Fwd IAT Tot") / 1e6,
        -1n,
        at("Idle Min") / 1e6,
      ],
    ],
  );
});

t.test("the corrected fork: rates of -1, ICMP of -1, connection time, retransmissions", async (t) => {
  const header = headers.cic?.["corrected fork"] ?? "";
  const usual = { Protocol: "6", "Src Port": "1", "Dst Port": "22", Timestamp: "2017-07-03 11:55:58.598308" };
  const absent = { "Flow Bytes/s": "-1", "Flow Packets/s": "-1", "ICMP Type": "-1", "ICMP Code": "-1" };
  const rows = [rowOf(header, usual), rowOf(header, { ...usual, "Src Port": "2", ...absent })];
  const result = await importNamed(t.testdir(), "eng.csv", `${[header, ...rows].join("\n")}\n`);
  t.strictSame(accountOf(result), { read: 2, kept: 2 });
  const at = (name: string) => header.split(",").indexOf(name) + 1;
  const columns =
    "bytesPerSecond, packetsPerSecond, icmpType, icmpCode, connectionDurationSeconds, tcpRetransmissions, bwdRstFlags";
  const rest = [
    at("Total Connection Flow Time") / 1e6,
    BigInt(at("Total TCP Retrans. Count")),
    BigInt(at("Bwd RST Flags")),
  ];
  t.strictSame(await readRows(publishedBy(result), columns), [
    [at("Flow Bytes/s"), at("Flow Packets/s"), BigInt(at("ICMP Type")), BigInt(at("ICMP Code")), ...rest],
    [null, null, null, null, ...rest],
  ]);
});

/** Text of cells that make a row drop, as plain JavaScript sees them; negative ones where CICFlowMeter cannot mean them. */
function judge(row: readonly string[], names: readonly string[]): string | null {
  const numbers = row.map((value, index) => ({ name: names[index] ?? "", value: value.trim() }));
  const measured = numbers.filter(
    ({ name }) => !/^(unnamed: 0|flow id|.* ip|timestamp|label|simillarhttp|inbound)$/.test(name),
  );
  const ofFlow = measured.filter(({ name }) => name !== "fwd header length.1");
  if (ofFlow.some(({ value }) => value === "")) return "missing-value";
  if (ofFlow.some(({ value }) => /^-?nan$/i.test(value))) return "nan";
  if (ofFlow.some(({ value }) => /^-?inf(inity)?$/i.test(value))) return "infinite";
  const mayBeNegative = /header length|min_seg_size|seg size min|init[_ ]win|flow (bytes|packets)\/s/;
  return ofFlow.some(({ name, value }) => Number(value) < 0 && !mayBeNegative.test(name)) ? "out-of-range" : null;
}

const real: readonly [string, (name: string) => boolean][] = [
  ["1_cic/ddos2019_larsbreum", (name) => /^(DrDoS_DNS|Syn|TFTP|UDP)/.test(name)],
  ["1_cic/ddos2019_sheyie", (name) => /BENIGN|Syn/.test(name)],
  ["1_cic/ids2017_rdube", () => true],
  ["8_paired/cicflowmeter_v4/stopddos", () => true],
  ["8_paired/cicflowmeter_v4/ndpi", (name) => /^(nfsv2|geforcenow)/.test(name)],
];

for (const [folder, isUsed] of real) {
  t.test(`${folder}: rows are dropped for the reasons that their cells give`, { skip: withoutShared }, async (t) => {
    const paths = readdirSync(join(sharedData, folder))
      .filter(isUsed)
      .map((name) => join(sharedData, folder, name));
    const expected: Record<string, number> = { read: 0, kept: 0 };
    const count = (reason: string) => {
      expected[reason] = (expected[reason] ?? 0) + 1;
    };
    let fwdBytes = 0;
    const seen = new Set<string>();
    for (const path of paths) {
      const { header, rows } = splitFile(path, ",");
      const names = header.map((name) => name.trim().toLowerCase());
      const isNamed = names.includes("flow id");
      for (const row of rows) {
        count("read");
        const reason = row.length === names.length ? judge(row, names) : "truncated-line";
        const key = names[0] === "flow id" ? row.join(",") : row.slice(1).join(",");
        if (reason !== null) count(reason);
        else if (isNamed && seen.has(key)) count("duplicate");
        else {
          count("kept");
          seen.add(key);
          fwdBytes += Number(row[names.findIndex((name) => /^total length of fwd/.test(name))]);
        }
      }
    }
    const result = await importFiles(join(t.testdir(), "datasets"), paths);
    t.strictSame(accountOf(result), expected);
    t.strictSame(await readRows(publishedBy(result), "sum(fwdBytes)::DOUBLE"), [[fwdBytes]]);
  });
}
