import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { pcapFormat } from "@flamenco/sandbox/capture";
import { canonicalLine } from "@flamenco/sandbox/records";
import t from "tap";
import { ethernet, ipv4, pcap, tcp, udp } from "../capture/packet-bytes.js";

const program = fileURLToPath(new URL("../../../../sandbox/bin/flamenco-desk.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "flamenco-flows-"));
t.teardown(() => rmSync(folder, { recursive: true }));

/** Run `flamenco flows …` as a person would. */
function runFlows(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, "flows", ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const frames = [
  { micros: 1_600_000_000_000_000, bytes: ethernet(ipv4(udp(5000, 53, 10), { protocol: 17 })) },
  {
    micros: 1_600_000_000_250_000,
    bytes: ethernet(ipv4(udp(53, 5000, 90), { src: "10.0.0.2", dst: "10.0.0.1", protocol: 17 })),
  },
  { micros: 1_600_000_001_000_000, bytes: ethernet(ipv4(tcp(4000, 80, { flags: 2 }), { protocol: 6 }), 0x0800, [9]) },
  { micros: 1_600_000_002_000_000, bytes: ethernet(new Array<number>(40).fill(0), 0x0806) },
];
const capture = join(folder, "small.pcap");
writeFileSync(capture, pcap(frames));
const fresh = (name: string) => join(folder, name);

t.test("without --out it says what a capture holds", async (t) => {
  const { code, stdout } = await runFlows(capture);
  t.equal(code, 0);
  t.match(stdout, "2 flows of 4 packets.");
  t.match(stdout, "From 2020-09-13T12:26:40.000Z to 2020-09-13T12:26:41.000Z.");
  t.match(stdout, "Skipped frames of other protocols than IP: 1.");
  t.match(stdout, /udp +1 +2 +100\n/);
});

t.test("with --json it answers with one document: counts, notes, and the meaning of the columns", async (t) => {
  const zipped = fresh("small.pcap.gz");
  writeFileSync(zipped, gzipSync(readFileSync(capture)));
  const { code, stdout } = await runFlows(zipped, "--json", "--features", "basic");
  t.equal(code, 0);
  const answer = JSON.parse(stdout);
  t.match(answer, {
    packets: 4,
    meteredPackets: 3,
    flows: 2,
    payloadBytes: 100,
    skipped: { "not-ip": 1 },
    damage: null,
    out: null,
  });
  t.match(answer.manifest, { set: "basic", mode: "corrected", timeouts: { activeSeconds: 120 } });
  t.match(answer.manifest.features[1], {
    name: "durationSeconds",
    unit: "s",
    formula: "t_last - t_first",
    missing: null,
  });
});

t.test("writes the rows of the format pcap, in the dialect flamenco, and the manifest beside them", async (t) => {
  const out = fresh("flows.csv");
  const { code, stdout } = await runFlows(capture, "--out", out);
  t.equal(code, 0);
  t.match(stdout, `Wrote ${out}`);
  const expected: string[] = [canonicalLine(pcapFormat.fields)];
  const notes: string[] = [];
  const decoder = pcapFormat.open({
    row: (record, cells) => expected.push(canonicalLine(cells)) === record + 1 || t.fail("records count from 1"),
    drop: () => t.fail("nothing is dropped"),
    note: (text) => notes.push(text),
  });
  decoder.push(readFileSync(capture));
  decoder.finish();
  t.equal(readFileSync(out, "utf8"), `${expected.join("\n")}\n`);
  t.equal(expected.length, 3);
  t.same(notes, ["Skipped frames of other protocols than IP: 1."]);
  t.equal(JSON.parse(readFileSync(`${out}.features.json`, "utf8")).features.length, pcapFormat.fields.length);
});

t.test("writes Parquet in the types of the fields, with the same values", async (t) => {
  const out = fresh("flows.parquet");
  t.equal((await runFlows(capture, "--out", out)).code, 0);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `SELECT srcAddr, durationSeconds, packets::INT, vlanId, icmpType, typeof(packets), typeof(vlanId), typeof(fwdIatMean) FROM '${out}'`,
  );
  t.same(rows.getRows(), [
    ["10.0.0.1", 0, 1, "9", null, "BIGINT", "VARCHAR", "DOUBLE"],
    ["10.0.0.1", 0.25, 2, null, null, "BIGINT", "VARCHAR", "DOUBLE"],
  ]);
  connection.closeSync();
  instance.closeSync();
});

t.test("writes CICFlowMeter's columns, and leaves out one-packet flows in its mode", async (t) => {
  const out = fresh("cic.csv");
  const { code, stdout } = await runFlows(capture, "--out", out, "--headers", "cic", "--mode", "compat-2021");
  t.equal(code, 0);
  t.match(stdout, "1 flows of one packet are left out.");
  const [header = "", row = "", ...rest] = readFileSync(out, "utf8").trim().split("\n");
  t.equal(header.split(",").length, 84);
  t.match(
    row,
    "10.0.0.1-10.0.0.2-5000-53-17,10.0.0.1,5000,10.0.0.2,53,17,2020-09-13T12:26:40.000000Z,250000,1,1,10,90,",
  );
  t.same(rest, []);
});

t.test("timeouts can be set", async (t) => {
  const { stdout } = await runFlows(capture, "--json", "--idle-timeout", ".1");
  t.match(JSON.parse(stdout), {
    flows: 3,
    manifest: { timeouts: { idleTcpSeconds: 0.1, closedSeconds: 0.1, activeSeconds: 120 } },
  });
});

t.test("says where a capture is damaged, and keeps what came before", async (t) => {
  const cut = fresh("cut.pcap");
  const file = pcap(frames);
  writeFileSync(cut, file.subarray(0, file.length - 3));
  const { code, stdout } = await runFlows(cut, "--out", fresh("cut.csv"));
  t.equal(code, 0);
  t.match(stdout, "2 flows of 3 packets.");
  t.match(stdout, /The capture was read up to byte \d+: the file ends within a record\./);
  t.ok(existsSync(fresh("cut.csv")));
  const drops: unknown[] = [];
  const decoder = pcapFormat.open({ row: () => undefined, drop: (...drop) => drops.push(drop), note: () => undefined });
  decoder.push(file.subarray(0, file.length - 3));
  decoder.finish();
  t.same(drops, [["malformed-record", 3]], "an import counts a drop");
});

t.test("Ctrl-C leaves no half a table behind", async (t) => {
  const many = fresh("many.pcap");
  const datagrams = Array.from({ length: 40_000 }, (_, index) => {
    const bytes = ipv4(udp(1 + (index % 60_000), 53, 10), { protocol: 17 });
    return { micros: index, bytes };
  });
  writeFileSync(many, gzipSync(pcap(datagrams, { linkType: 101 })));
  const child = execFile(process.execPath, [program, "flows", many, "--out", fresh("many.csv")]);
  const isWorking = () => readdirSync(folder).some((name) => name.startsWith(".many.csv-"));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  while (!isWorking() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGINT");
  const code = await ended;
  t.notOk(isWorking());
  t.equal(code === 0, existsSync(fresh("many.csv")), "whole or not at all");
});

t.test("refuses what it cannot do, and leaves nothing behind", async (t) => {
  const text = fresh("table.csv");
  writeFileSync(text, "a,b\n1,2\n");
  const before = readdirSync(folder);
  for (const [args, exit, message] of [
    [[text], 1, "FLM_CAPTURE: The file is no packet capture"],
    [[text, "--out", fresh("no.csv")], 1, "FLM_CAPTURE"],
    [[fresh("none.pcap"), "--out", fresh("no.csv")], 1, "FLM_FILE_UNREADABLE"],
    [[capture, "--out", text], 1, "FLM_FILE_EXISTS"],
    [[capture, "--out", join(folder, "none", "x.csv")], 1, "FLM_FILE_UNREADABLE"],
    [[capture, "--out", fresh("x.json")], 2, "FLM_USAGE: --out takes a name that ends in .csv or .parquet"],
    [[capture, "--headers", "cic", "--features", "basic"], 2, "--headers cic needs --features cic"],
    [[capture, "--headers", "cic", "--out", fresh("x.parquet")], 2, "--headers cic is for CSV"],
    [[capture, "--active-timeout", "soon"], 2, "--active-timeout takes a number of seconds"],
    [[capture, "--mode", "orig"], 2, "Allowed choices are corrected, compat-2021"],
  ] as const) {
    const run = await runFlows(...args);
    t.equal(run.code, exit, args.join(" "));
    t.match(run.stderr, message);
  }
  t.same(readdirSync(folder), before);
});
