import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import t from "tap";
import { DeskProcess } from "./desk-process.js";
import { type FieldSpec, flow5, ipv4, netflow5, netflow9, set, template, u32 } from "./message-encoder.js";

const fields: FieldSpec[] = [
  [8, 4],
  [12, 4],
  [2, 4],
  [96, 8],
];
const folder = t.testdir();
const file = (name: string, bytes: Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const templates = file("templates.dat", netflow9([set(0, template(256, fields))]));
const record = Buffer.concat([ipv4("10.0.0.1"), ipv4("10.0.0.2"), u32(7), Buffer.from("a\u001b[31mb\0", "latin1")]);
const data = file(
  "data.dat.gz",
  gzipSync(Buffer.concat([netflow9([set(256, record), set(999, u32(1))]), netflow5([flow5()])])),
);

async function run(...args: string[]) {
  const desk = new DeskProcess("decode", ...args);
  return { code: await desk.end(), stdout: desk.stdout, stderr: desk.stderr };
}

t.test("--json: one document, records first; templates of one file serve the next", async (t) => {
  const { code, stdout } = await run(templates, data, "--json");
  t.equal(code, 0);
  const document = JSON.parse(stdout);
  t.match(document, {
    records: [
      {
        file: data,
        version: 9,
        template: 256,
        options: false,
        values: { packetDeltaCount: 7, sourceIPv4Address: "10.0.0.1" },
      },
      { version: 5, source: "file", exportTime: "2020-01-01T00:00:00.000Z" },
    ],
    files: [
      { file: templates, messages: 1 },
      { file: data, messages: 2 },
    ],
    messages: { 5: 1, 9: 2 },
    recordCounts: { flow: 2, options: 0, other: 0 },
    exporters: [
      { version: 9, domain: 1, templates: [{ id: 256, fields: [{ name: "sourceIPv4Address", bytes: 4 }] }] },
      {},
    ],
    problems: {
      "no-template": {
        count: 1,
        places: [`${data}, byte 44: a data set of template 999, which was not seen before it`],
      },
    },
    out: null,
  });
});

t.test(
  "--ndjson: a line a record, a summary at the end; without flags a summary that a terminal can show",
  async (t) => {
    const lines = (await run(templates, data, "--ndjson")).stdout.trimEnd().split("\n");
    t.strictSame(
      lines.map((line) => Object.keys(JSON.parse(line)).length > 1),
      [true, true, false],
    );
    const { stdout } = await run(templates, data);
    t.match(stdout, /Messages: NetFlow v5: 1, NetFlow v9: 2\.\nRecords: 2 flows/);
    t.match(stdout, /Not decoded, no template: 1/);
    t.notMatch(stdout, "\u001b");
  },
);

t.test("--out: CSV that says what its columns are, in the units of the kind; an existing file stays", async (t) => {
  const out = join(folder, "flows.csv");
  t.equal((await run(templates, data, "--out", out)).code, 0);
  const [heading, ...rows] = readFileSync(out, "utf8").trimEnd().split("\n");
  t.match(heading, /^startTimeMs,durationSeconds,srcAddr,/);
  t.strictSame(
    rows.map((row) => row.split(",")[2]),
    ["10.0.0.1", "10.0.0.1"],
  );
  const before = readFileSync(out);
  t.match(await run(templates, data, "--out", out), { code: 1, stderr: /FLM_FILE_EXISTS/ });
  t.strictSame(readFileSync(out), before);
});

t.test("files without a message, missing files and odd options are refused, and leave no output", async (t) => {
  const text = file("text.csv", Buffer.from("ts,te,td,sa\n1,2,3,10.1.2.3\n"));
  const out = join(folder, "none.csv");
  const none = await run(text, "--out", out, "--json");
  t.match(none, { code: 1, stderr: /^FLM_NETFLOW: No message/ });
  t.equal(JSON.parse(none.stdout).code, "FLM_NETFLOW");
  t.notMatch(none.stderr, "10.1.2.3");
  t.notOk(existsSync(out));
  t.notOk(
    readdirSync(folder).some((name) => name.startsWith(".none")),
    "no scratch folder",
  );
  t.match(await run(join(folder, "missing.dat")), { code: 1, stderr: /FLM_FILE_UNREADABLE/ });
  t.match(await run(data, "--out", "flows.parquet"), { code: 2, stderr: /FLM_USAGE/ });
  t.match(await run(data, "--json", "--ndjson"), { code: 2, stderr: /FLM_USAGE/ });
});
