import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { type Interval, runStudy, type StudyReport } from "@flamenco/sandbox/reproduce";
import t from "tap";
import { studyInput, tableOf } from "./study-fixture.js";

const folder = t.testdir();
const flowsFolder = join(folder, "4_netflow", "derived_nfcapd");
mkdirSync(flowsFolder, { recursive: true });
for (const name of ["ndpi_mixed_flows.csv.gz", "flood.csv.gz", "notes.txt"]) writeFileSync(join(flowsFolder, name), "");

const names = ["First Seen", "Last Seen", "Duration", "Src Port", "Bits Per Second", "Packets Per Second"];
const more = ["Bytes Per Package", "Packets", "Bytes"];

/** Records of nfdump: benign ones are small, attacks large, as the paper's functions expect. */
function records(count: number, isAttack: boolean, seed: number): Record<string, (string | number)[]> {
  const random = new SeededRandom(seed);
  const rows = Array.from({ length: count }, (_, row) => {
    const packets = isAttack ? 400 + random.nextBelow(400) : 1 + random.nextBelow(20);
    return { port: isAttack ? 123 : 1024 + random.nextBelow(60_000), packets, bytes: 100 * packets + row };
  });
  return {
    ...Object.fromEntries([...names, ...more].map((name) => [name, rows.map(() => "0")])),
    "Src Port": rows.map(({ port }) => port),
    Packets: rows.map(({ packets }) => packets),
    Bytes: rows.map(({ bytes }) => bytes),
  };
}

const [benign, flood] = [records(500, false, 1), records(500, true, 2)];
const readTable = async (path: string) => tableOf(path.includes("ndpi") ? benign : flood);

const cellOf = (report: StudyReport, table: string, row: string, column: string) => {
  const found = report.tables.find(({ title }) => title.startsWith(table))!;
  const line = found.rows.find(([name]) => name === row)!;
  return line[found.columns.indexOf(column)];
};
const numberOf = (...where: Parameters<typeof cellOf>) => (cellOf(...where) as Interval).value;

t.test("worf: where the functions are right they score, and a redundant one adds nothing", async (t) => {
  const report = await runStudy("worf", studyInput("worf", folder, readTable));
  t.match(report.sizes, { rowsRead: 1000, unusable: 0, duplicates: 0, rows: 1000, attack: 500, testRows: 200 });
  t.equal(numberOf(report, "Table 9", "bytesMeanBenign", "LF F1, here"), 1);
  t.equal(cellOf(report, "Table 9", "bytesMeanBenign", "LF F1, paper"), 0.667);
  t.equal(cellOf(report, "Redundancy", "packetsP75Benign + packetsMeanBenign", "redundant"), "packetsMeanBenign");
  t.equal(report.claims[0]!.verdict, "holds");
  t.equal(numberOf(report, "Table 10", "sourcePort123Attack", "LF F1, here"), 0, "it names no row benign");
  t.equal(numberOf(report, "Table 10", "sourcePort123Attack", "no vote as the other label"), 1);
  t.match(report.notes.join("\n"), "every test row benign has F1 0.667");
  const [differences] = report.tables.filter(({ title }) => title.startsWith("Table 12"));
  t.equal(differences!.rows.length, 3);
});

t.test("rows without a value and repetitions are left out, with their counts", async (t) => {
  const dirty: Record<string, (string | number)[]> = structuredClone(benign);
  dirty.Bytes![0] = "Infinity";
  for (const column of ["Src Port", "Packets", "Bytes"]) dirty[column]![2] = dirty[column]![1]!;
  const read = async (path: string) => tableOf(path.includes("ndpi") ? dirty : flood);
  const report = await runStudy("worf", studyInput("worf", folder, read));
  t.match(report.sizes, { rowsRead: 1000, unusable: 1, duplicates: 1, rows: 996, attack: 498 });
});

t.test("missing data are named with the place where they can be had", async (t) => {
  const at = (data: string) => studyInput("worf", data, readTable);
  await t.rejects(runStudy("worf", at(t.testdir())), {
    code: "FLM_STUDY_DATA",
    message: /4_netflow\/derived_nfcapd .* the folder is not there\. Public source:/,
  });
  const onlyBenign = t.testdir({ "4_netflow": { derived_nfcapd: { "ndpi_mixed_flows.csv.gz": "" } } });
  await t.rejects(runStudy("worf", at(onlyBenign)), { code: "FLM_STUDY_DATA", message: /those of attacks/ });
  const empty = t.testdir({ "1_cic": { ddos2019_sheyie: { "Training_BENIGN.csv": "" } } });
  const full = studyInput("cic-ddos", empty, readTable, { small: false });
  await t.rejects(runStudy("cic-ddos", full), {
    code: "FLM_STUDY_DATA",
    message: /only Training_BENIGN\.csv is there/,
  });
});

t.test("flows of one label are refused", async (t) => {
  const label = {
    Label: ["BENIGN", "BENIGN"],
    "Source Port": [1, 2],
    "Average Packet Size": [1, 2],
    "Flow IAT Min": [1, 2],
  };
  const input = studyInput("cic-ddos", folder, async () => tableOf(label));
  await t.rejects(runStudy("cic-ddos", input), { code: "FLM_LEARN_ONE_CLASS" });
});
