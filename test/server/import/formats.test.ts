import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { isFlamencoError } from "@flamenco/policies/errors";
import t from "tap";
import { dropsOf, importFiles, importText, linesOf, publishedBy, readRows, repository } from "./import-fixture.js";

t.setTimeout(120_000);

const shared = join(repository, "../shared/data");
const published = { skip: existsSync(shared) ? false : "the published files are not on this machine" };

const pings = [
  '{"fw":5020,"type":"ping","timestamp":1600000000,"prb_id":1,"src_addr":"192.0.2.1","dst_addr":"192.0.2.9","sent":1,"rcvd":1,"result":[{"rtt":4.5}]}',
  "{ no document",
  '{"fw":5020,"type":"ping","timestamp":1600000060,"prb_id":1,"src_addr":"192.0.2.1","dst_addr":"192.0.2.9","sent":1,"rcvd":0,"result":[{"x":"*"}]}',
];

t.test("a file of another format is known by its first bytes, and its records are rows with an account", async (t) => {
  const result = await importText(t.testdir(), `${pings.join("\n")}\n`);
  t.match(result.manifest, { kind: "rtt/1", dialect: "atlas", rows: 2 });
  t.strictSame(dropsOf(result), { "malformed-record": 1 });
  t.strictSame(linesOf(result, "malformed-record"), [2]);
  t.strictSame(await readRows(publishedBy(result), "rttMs, lost, windowCount"), [
    [4.5, false, 1n],
    [null, true, 1n],
  ]);
  const packed = await importText(t.testdir(), gzipSync(`${pings.join("\n")}\n`));
  t.strictSame(
    packed.manifest.partitions.map(({ sha256 }) => sha256),
    result.manifest.partitions.map(({ sha256 }) => sha256),
    "and the same in gzip",
  );
});

t.test("a format that is named is believed, and one that is not there is refused", async (t) => {
  const folder = t.testdir();
  t.equal((await importText(folder, `${pings[0]}\n`, { dialect: "atlas" })).manifest.rows, 1);
  for (const dialect of ["cic", "parquet", "nfcapd"]) {
    const error = await importText(folder, `${pings[0]}\n`, { dialect }).catch((cause: unknown) => cause);
    t.ok(isFlamencoError(error, "FLM_IMPORT_DIALECT"), dialect);
  }
});

t.test("files of two kinds are not one dataset", async (t) => {
  const folder = t.testdir({ "a.ndjson": `${pings[0]}\n`, "b.csv": "durationSeconds,srcPort,packets\n1,2,3\n" });
  const paths = ["a.ndjson", "b.csv"].map((name) => join(folder, name));
  const error = await importFiles(join(folder, "datasets"), paths).catch((cause: unknown) => cause);
  t.ok(isFlamencoError(error, "FLM_IMPORT_HEADER"), String(error));
});

async function writeParquet(path: string, query: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

t.test("a Parquet file of fields is judged row by row, and the row is the line", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "flows.parquet");
  const query = `SELECT i + 1.6e12 AS "startTimeMs", i::BIGINT AS packets, 17::BIGINT AS protocol,
    CASE i WHEN 2 THEN -1 WHEN 4 THEN 'nan'::DOUBLE WHEN 5 THEN NULL ELSE i / 3 END AS "durationSeconds" FROM range(7) AS r(i)`;
  await writeParquet(path, query);
  const result = await importFiles(join(folder, "datasets"), [path]);
  t.strictSame(dropsOf(result), { nan: 1, "out-of-range": 1 });
  t.strictSame([linesOf(result, "out-of-range"), linesOf(result, "nan")], [[3], [5]]);
  t.strictSame((await readRows(publishedBy(result), '"durationSeconds"')).flat(), [0, 1 / 3, 1, null, 2]);
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length / 2));
  const error = await importFiles(join(folder, "datasets"), [path]).catch((cause: unknown) => cause);
  t.ok(isFlamencoError(error, "FLM_FILE_UNREADABLE"), String(error));
});

t.test("every published format is imported, and its account adds up", published, async (t) => {
  const traces = join(shared, "2_rtt/wenqinshao_rtt/real_trace_labelled");
  const files: readonly [string, string, string][] = [
    ["5_pcap/lucid_cicddos2019/CIC-DDoS-2019-SynFlood.pcap", "pcap", "flow/1"],
    ["4_netflow/logstash_codec/netflow5.dat", "netflow", "flow/1"],
    ["4_netflow/slips/dataset/port-scans/horizontal/conn.log", "zeek", "flow/1"],
    ["4_netflow/nf_botiot_v2/botiot_reduced.dev.csv.gz", "nprobe", "flow/1"],
    ["4_netflow/derived_nfcapd/amp.UDP.isakmp.pcap__nfcapd.202106141900.csv.gz", "worf", "flow/1"],
    ["3_traceroute/warts_dioptra/ping_google_dns_v4_default.warts.json", "scamper", "rtt/1"],
    [join("2_rtt/wenqinshao_rtt/real_trace_labelled", (await readdir(traces))[0] ?? ""), "rtt-series", "rtt/1"],
  ];
  for (const [file, dialect, kind] of files) {
    const { manifest } = await importFiles(t.testdir(), [join(shared, file)], { dryRun: true });
    t.match(manifest, { dialect, kind }, file);
    const dropped = manifest.account.dropped.reduce((sum, { rows }) => sum + rows, 0);
    t.equal(manifest.account.read, manifest.rows + dropped, file);
    t.ok(manifest.rows > 0, file);
  }
});
