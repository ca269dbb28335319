import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zeekJsonFormat } from "@flamenco/server/import/dialects";
import t from "tap";
import { importFiles, publishedBy, readRows } from "../import-fixture.js";
import { accountOf, importNamed, sharedData, withoutShared } from "./dialect-fixture.js";

const good = {
  ts: 1700828217.314165,
  uid: "C1",
  "id.orig_h": "192.0.2.1",
  "id.orig_p": 49168,
  "id.resp_h": "198.51.100.7",
  "id.resp_p": 80,
  proto: "tcp",
  duration: 0.055687,
  orig_bytes: 261,
  resp_bytes: 1077,
  conn_state: "SF",
  orig_pkts: 5,
  orig_ip_bytes: 473,
  resp_pkts: 5,
  resp_ip_bytes: 1281,
};
const log = (...documents: unknown[]) => `${documents.map((document) => JSON.stringify(document)).join("\n")}\n`;

t.test("connections are the rows that the tab-separated log gives", async (t) => {
  const text = log(
    good,
    { ...good, uid: "C2", proto: "icmp", "id.orig_p": 8, "id.resp_p": 0 },
    { ...good, uid: "C3", proto: "icmp", "id.orig_h": "2001:db8::1", "id.orig_p": 135, "id.resp_p": 0 },
    { ...good, uid: "C4", proto: "unknown_transport", duration: undefined, orig_bytes: undefined },
  );
  const result = await importNamed(t.testdir(), "conn.log", text);
  t.strictSame(accountOf(result), { read: 4, kept: 4 });
  t.match(result.manifest, { dialect: "zeek-json", kind: "flow/1" });
  t.strictSame(
    await readRows(
      publishedBy(result),
      "startTimeMs, connectionId, protocol, dstPort, icmpType, icmpCode, bytes, ipBytes",
    ),
    [
      [1700828217314.165, "C1", 6n, 80n, null, null, 1338n, 1754n],
      [1700828217314.165, "C2", 1n, null, 8n, 0n, 1338n, 1754n],
      [1700828217314.165, "C3", 58n, null, 135n, 0n, 1338n, 1754n],
      [1700828217314.165, "C4", null, 80n, null, null, null, 1754n],
    ],
  );
});

t.test("what is no connection, and values that are none, drop their rows; a repeated row is a duplicate", async (t) => {
  const text = `${log(
    good,
    good,
    { ...good, duration: "long" },
    { ...good, orig_pkts: -1 },
    { ...good, orig_bytes: [1] },
    { ...good, proto: "man" },
    { ...good, ts: "yesterday" },
    { some: "thing" },
  )}{"id.orig_h":\n{"ts":1`;
  const result = await importNamed(t.testdir(), "conn.log", text);
  t.strictSame(accountOf(result), {
    read: 10,
    kept: 1,
    "malformed-record": 3,
    "not-a-number": 3,
    "out-of-range": 1,
    "not-a-time": 1,
    duplicate: 1,
  });
});

t.test("only a log of connections is recognized", async (t) => {
  t.ok(zeekJsonFormat.recognizes(Buffer.from(log(good))));
  t.notOk(
    zeekJsonFormat.recognizes(Buffer.from(log({ ts: 1, uid: "C1", "id.orig_h": "192.0.2.1", query: "example.org" }))),
  );
  t.notOk(zeekJsonFormat.recognizes(Buffer.from("#separator \\x09\n")));
});

for (const name of ["port-scans/vertical", "test9-mixed-zeek-dir"]) {
  t.test(`the log of ${name} imports whole, with its own sums`, { skip: withoutShared }, async (t) => {
    const path = join(sharedData, "4_netflow/slips/dataset", name, "conn.log");
    const documents = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const result = await importFiles(join(t.testdir(), "datasets"), [path]);
    t.strictSame(accountOf(result), { read: documents.length, kept: documents.length });
    const total = (key: string) => documents.reduce((sum, document) => sum + (document[key] ?? 0), 0);
    const count = (test: (document: Record<string, unknown>) => boolean) => documents.filter(test).length;
    t.strictSame(
      await readRows(
        publishedBy(result),
        `sum(fwdBytes)::DOUBLE, sum(bwdIpBytes)::DOUBLE, sum(packets)::DOUBLE, count(durationSeconds)::INTEGER,
         count(dstPort)::INTEGER, min(startTimeMs)`,
      ),
      [
        [
          total("orig_bytes"),
          total("resp_ip_bytes"),
          total("orig_pkts") + total("resp_pkts"),
          count(({ duration }) => duration !== undefined),
          count(({ proto }) => proto !== "icmp"),
          Math.round(Math.min(...documents.map(({ ts }) => ts)) * 1e6) / 1e3,
        ],
      ],
    );
  });
}
